"""What is evaluated: this assistant's understanding, and the stock pipeline trained on the same examples."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.stock_project import TYPED_FREELY, answers_by_intent
from coproduction.dialogue.understanding.decision import Understanding
from coproduction.dialogue.understanding.digressions import DIGRESSIONS
from coproduction.dialogue.understanding.likeness import DANGERS
from coproduction.dialogue.understanding.situation import Context, Decision, Thresholds
from coproduction.dialogue.understanding.suggestion_talk import SUGGESTION_INTENTS
from coproduction.survey.instrument import Code, Instrument
from coproduction.survey.scoring import age_group
from evaluation.utterances import DENIAL, Utterance

TODAY = date(2026, 11, 1)
"""What ages in the sets are counted to."""


def context_of(utterance: Utterance) -> Context:
    """The situation an utterance was typed in."""
    previous = utterance.answered[-1] if utterance.answered else None
    return Context(
        question=utterance.question,
        proposal=utterance.proposal,
        previous=previous,
        answered=utterance.answered,
        on_show=utterance.on_show,
        titles={title: title for title in utterance.on_show},
        spoken_of=utterance.spoken_of,
        today=TODAY,
    )


class Ours:
    """The understanding of this assistant, layer by layer.

    `seconds` are those each layer took, over all utterances.
    """

    def __init__(
        self,
        instrument: Instrument,
        classify: Callable[[str], dict[str, float]],
        thresholds: Thresholds | None = None,
    ) -> None:
        self._understanding = Understanding(instrument, classify, thresholds)
        self.seconds: dict[str, list[float]] = {}

    def __call__(self, utterance: Utterance) -> Decision:
        """What an utterance amounts to."""
        return self.decide(utterance)[1]

    def decide(self, utterance: Utterance) -> tuple[str, Decision]:
        """The layer that decided, and what."""
        for name, layer in self._understanding.layers(context_of(utterance)):
            start = perf_counter()
            decision = layer(utterance.text)
            self.seconds.setdefault(name, []).append(perf_counter() - start)
            if decision is not None:
                return name, decision
        raise RuntimeError("the last layer always decides")

    def cost(self, layer: str) -> float:
        """Median milliseconds of a layer, where it was asked."""
        return 1000 * median(self.seconds.get(layer, [0.0]))


class Stock:
    """Rasa's default pipeline: an intent answers the question if it is one of its answers.

    Below the confidence at which its FallbackClassifier gives up, and for an answer to another question, it asks
    again. At questions typed freely a form takes the text itself: an age as it stands, anything else as it is. Beside a
    proposal yes and no are about that. About suggestions only the intent is asked of it: which are meant, it is told.
    """

    def __init__(self, instrument: Instrument, model: Path) -> None:
        from rasa.core.agent import Agent  # takes seconds to import, and is only needed here
        from rasa.utils.log_utils import configure_structlog

        configure_structlog(logging.ERROR)  # it would write every text down
        self._instrument = instrument
        self._agent = Agent.load(str(model))
        self._loop = asyncio.new_event_loop()

    def __call__(self, utterance: Utterance) -> Decision:
        """What an utterance amounts to."""
        parsed = self._loop.run_until_complete(self._agent.parse_message(utterance.text))
        return stock_decision(utterance, parsed["intent"]["name"], self._instrument)


def stock_decision(utterance: Utterance, intent: str, instrument: Instrument) -> Decision:
    """What an utterance amounts to for the stock pipeline, which took it for an intent."""
    if utterance.question == "match" and intent in SUGGESTION_INTENTS | {"skip"}:
        return Decision(intent, "stock", opportunities=tuple(utterance.about), wish=utterance.wish)
    if intent in (DIGRESSIONS | DANGERS) - {"skip"}:
        return Decision(intent, "stock")
    if utterance.proposal is not None and intent == "deny":
        return Decision(DENIAL, "stock")
    code = _stock_code(utterance, intent, instrument)
    return Decision("unclear", "stock") if code is None else Decision("answer", "stock", {utterance.question: code})


def _stock_code(utterance: Utterance, intent: str, instrument: Instrument) -> Code | None:
    if utterance.proposal is not None and intent == "affirm":
        return utterance.proposal
    question = instrument.question(utterance.question)
    text = utterance.text.strip()
    if question.name == "agegrp" and text.isdigit():
        return age_group(int(text))
    code = answers_by_intent(instrument, question).get(intent)
    is_text = question.name in TYPED_FREELY and question.name != "agegrp"
    return text if is_text and code is None else code
