"""`coproduction understand`: what each layer makes of a text, for debugging and for writers of examples."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from coproduction.dialogue.understanding.decision import Understanding
from coproduction.dialogue.understanding.language import rules_for
from coproduction.dialogue.understanding.likeness import Classify
from coproduction.dialogue.understanding.situation import Context, Decision
from coproduction.survey.instrument import Instrument
from coproduction.survey.wording import describe

LIKELIEST = 5


def explain(instrument: Instrument, classify: Classify, text: str, context: Context) -> Iterator[str]:
    """Lines that say what each layer makes of a text, which one decides, and what the text is most like."""
    yield f"words: {' '.join(rules_for(context.language).words(text))}"
    decided: tuple[str, Decision] | None = None
    for name, layer in Understanding(instrument, classify).layers(context):
        start = perf_counter()
        decision = layer(text)
        milliseconds = 1000 * (perf_counter() - start)
        yield f"{name:26s} {milliseconds:6.2f} ms  {in_words(instrument, decision)}"
        if decision is not None and decided is None:
            decided = name, decision
    if decided is not None:
        yield f"decided by {decided[0]}: {in_words(instrument, decided[1])}"
    likeliest = sorted(classify(text).items(), key=lambda item: -item[1])[:LIKELIEST]
    yield "most like: " + ", ".join(f"{intent} {probability:.2f}" for intent, probability in likeliest)


def in_words(instrument: Instrument, decision: Decision | None) -> str:
    """A decision in words; a dash where a layer leaves it to another."""
    if decision is None:
        return "–"
    if decision.proposal is not None:
        return f"proposes {_answer(instrument, *decision.proposal)}"
    if decision.answers:
        answers = ", ".join(_answer(instrument, name, code) for name, code in decision.answers.items())
        return answers if decision.intent == "answer" else f"{decision.intent}: {answers}"
    return decision.intent


def _answer(instrument: Instrument, name: str, code: int | str) -> str:
    return f"{name} = {code} ({describe(instrument, name, code, str)})"
