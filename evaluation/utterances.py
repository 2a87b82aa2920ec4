"""The sets of utterances: what people typed at which question, and what a careful coder would record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from coproduction.survey.instrument import Code, Instrument

SETS = Path(__file__).parent
HELD_OUT = SETS / "held_out.yml"
HELD_OUT_TALK = SETS / "held_out_talk.yml"
HELD_OUT_DANGER = SETS / "held_out_danger.yml"
CALIBRATION = SETS / "calibration.yml"

KINDS = ("code", "codes", "topics", "intent", "unclear", "kept", "denied")
DENIAL = "change"
"""The intent of a "no" to a proposal: the question is put again."""


class SetError(ValueError):
    """A set of utterances has an item that cannot be used; the message says which."""


@dataclass(frozen=True)
class Utterance:
    """A text typed at a question, and what it amounts to.

    Either `answers` by variable, or `intents` (any of which is right) where it is no answer, or neither where it is
    too vague to be coded. `answered` are the questions answered before, in order; `also` are topics that may be found
    beside those named. A text may be typed beside a `proposal` for its question, or about the suggestions `on_show`,
    which go by their titles: then `about` are those meant, and `wish` is what is asked of them.
    """

    question: str
    text: str
    answers: Mapping[str, Code]
    intents: frozenset[str]
    answered: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()
    proposal: Code | None = None
    on_show: tuple[str, ...] = ()
    spoken_of: str | None = None
    about: frozenset[str] = frozenset()
    wish: str | None = None

    @property
    def implied(self) -> frozenset[str]:
        """The suggestion meant where a text names none: the one spoken of, or the only one on show."""
        if self.spoken_of is not None:
            return frozenset({self.spoken_of})
        return frozenset(self.on_show) if len(self.on_show) == 1 else frozenset()

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
    intents = DENIAL if "denied" in item else item.get("intent", [])
    answers = _answers(item)
    proposal = item.get("proposal")
    for name, code in answers.items():
        if name not in instrument or not instrument.is_valid(name, code):
            raise SetError(f"{name} has no code {code}: {item}")
    if proposal is not None and not instrument.is_valid(item["question"], proposal):
        raise SetError(f"proposes no code of its question: {item}")
    if "denied" in item and proposal is None:
        raise SetError(f"denies nothing: {item}")
    on_show = tuple(item.get("on_show", ()))
    spoken_of = _by_place(on_show, [item["spoken_of"]] if "spoken_of" in item else [], item)
    return Utterance(
        question=item["question"],
        text=item["text"],
        answers=answers,
        intents=frozenset([intents] if isinstance(intents, str) else intents),
        answered=tuple(item.get("answered", ())),
        also=frozenset(item.get("also", ())),
        proposal=proposal,
        on_show=on_show,
        spoken_of=next(iter(spoken_of), None),
        about=_by_place(on_show, item.get("about", []), item),
        wish=item.get("wish"),
    )


def _by_place(on_show: tuple[str, ...], places: Sequence[int], item: dict[str, Any]) -> frozenset[str]:
    """The suggestions at these places, counted from 1."""
    if not set(places) <= set(range(1, len(on_show) + 1)):
        raise SetError(f"shows no such suggestion: {item}")
    return frozenset(on_show[place - 1] for place in places)


def _answers(item: dict[str, Any]) -> dict[str, Code]:
    if "topics" in item:
        return {item["question"]: " ".join(item["topics"])}
    if "kept" in item:
        return {item["question"]: item["text"]}
    return item.get("codes") or ({item["question"]: item["code"]} if "code" in item else {})
