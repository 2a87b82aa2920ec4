"""Answers in words."""

from __future__ import annotations

from coproduction.survey.instrument import Code, Instrument
from coproduction.survey.topics import OTHER, current_topics
from coproduction.translation import Translate

SOMETHING_ELSE = "Something else"


def describe(instrument: Instrument, variable: str, code: Code, translate: Translate) -> str:
    """An answer in words: a category's label, topic labels, or free text in quotation marks."""
    question = instrument.question(variable)
    if question.kind == "topics" and isinstance(code, str):
        topics = current_topics()
        return ", ".join(
            translate(SOMETHING_ELSE if name == OTHER else topics.label(name)).lower() for name in code.split()
        )
    if question.kind == "text" and isinstance(code, str):
        return f"“{code}”"
    return translate(instrument.label(variable, code))
