"""Routing: which question comes next, given what has been answered. Pure and declarative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coproduction.survey.instrument import Code, Instrument, Question

Answers = Mapping[str, Code]
"""Variable name → code of every question answered so far (gates included)."""


@dataclass(frozen=True)
class Progress:
    """How far an interview is: questions answered, and questions in all on its present path."""

    answered: int
    total: int


def applies(question: Question, answers: Answers) -> bool:
    """Whether a question is asked of someone who gave these answers."""
    return all(answers.get(variable) in codes for variable, codes in question.ask_if.items())


def conditions(instrument: Instrument, question: Question) -> dict[str, set[int]]:
    """What all who are asked a question have answered: variable → codes, with the conditions of what leads there."""
    found: dict[str, set[int]] = {}
    for variable, codes in question.ask_if.items():
        before = conditions(instrument, instrument.question(variable))
        for name, allowed in [*before.items(), (variable, set(codes))]:
            found[name] = found.get(name, allowed) & allowed
    return found


def next_question(instrument: Instrument, answers: Answers) -> Question | None:
    """The first question that applies and has no answer yet; None when the interview is over.

    A correction needs no case of its own: changing `sector` makes other questions apply.
    """
    return next(
        (q for q in instrument.questions if q.name not in answers and applies(q, answers)),
        None,
    )


def previous_question(instrument: Instrument, answers: Answers, before: str | None) -> Question | None:
    """The last answered question on the path before `before` (None: before the end); None at the start."""
    previous = None
    for question in instrument.questions:
        if question.name == before:
            break
        if question.name in answers and question.name != "match" and applies(question, answers):
            previous = question
    return previous


def progress(instrument: Instrument, answers: Answers) -> Progress:
    """Progress over the recorded questions. Before sector and consent are known, those they open count as ahead."""
    assumed = {"sector": 2, "consent": 1, **answers}
    path = [q for q in instrument.variables if applies(q, assumed)]
    return Progress(sum(q.name in answers for q in path), len(path))
