"""The sets of utterances: what people typed at which question, and what a careful coder would record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from coproduction.survey.instrument import Code, Instrument

SETS = Path(__file__).parent
HELD_OUT = SETS / "held_out.yml"
HELD_OUT_DANGER = SETS / "held_out_danger.yml"
CALIBRATION = SETS / "calibration.yml"

KINDS = ("code", "codes", "topics", "intent", "unclear")


class SetError(ValueError):
    """A set of utterances has an item that cannot be used; the message says which."""


@dataclass(frozen=True)
class Utterance:
    """A text typed at a question, and what it amounts to.

    Either `answers` by variable, or `intents` (any of which is right) where it is no answer, or neither where it is
    too vague to be coded. `answered` are the questions answered before, in order.
    """

    question: str
    text: str
    answers: Mapping[str, Code]
    intents: frozenset[str]
    answered: tuple[str, ...] = ()

    @property
    def is_vague(self) -> bool:
        """Whether nothing may be coded, and nothing else is meant."""
        return not self.answers and not self.intents


def read_utterances(path: Path, instrument: Instrument) -> list[Utterance]:
    """The utterances of a set. Raises `SetError` for an item without exactly one label, or a text that stands twice."""
    items = yaml.safe_load(path.read_text(encoding="utf-8"))
    utterances = [_utterance(item, instrument) for item in items]
    seen: set[tuple[str, str]] = set()
    for utterance in utterances:
        key = (utterance.question, plain(utterance.text))
        if key in seen:
            raise SetError(f"stands twice: {utterance.text!r}")
        seen.add(key)
    return utterances


def plain(text: str) -> str:
    """A text without case and punctuation, for comparing."""
    return " ".join(re.findall(r"\w+", text.lower())) or text


def _utterance(item: dict[str, Any], instrument: Instrument) -> Utterance:
    kinds = [kind for kind in KINDS if kind in item]
    if len(kinds) != 1 or item.get("question") not in instrument or not isinstance(item.get("text"), str):
        raise SetError(f"needs a question, a text and just one of {', '.join(KINDS)}: {item}")
    intents = item.get("intent", [])
    answers = _answers(item)
    for name, code in answers.items():
        if name not in instrument or not instrument.is_valid(name, code):
            raise SetError(f"{name} has no code {code}: {item}")
    return Utterance(
        question=item["question"],
        text=item["text"],
        answers=answers,
        intents=frozenset([intents] if isinstance(intents, str) else intents),
        answered=tuple(item.get("answered", ())),
    )


def _answers(item: dict[str, Any]) -> dict[str, Code]:
    if "topics" in item:
        return {item["question"]: " ".join(item["topics"])}
    return item.get("codes") or ({item["question"]: item["code"]} if "code" in item else {})
