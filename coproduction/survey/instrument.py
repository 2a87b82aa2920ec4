"""The instrument: questions, scales and codes, read from one versioned file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from coproduction.errors import UserError

NOT_APPLICABLE, REFUSAL, DONT_KNOW, NO_ANSWER = 66, 77, 88, 99
MISSING_CODES = (NOT_APPLICABLE, REFUSAL, DONT_KNOW, NO_ANSWER)

SECTOR_SHORT_NAMES = {1: "safety", 2: "environment", 3: "health"}
SKIP_LABEL = "Skip"

Code = int | str
"""An answer's code: a category's or missing code, or for `topics` topic names separated by spaces."""


def is_missing(code: object) -> bool:
    """Whether a code is one of the missing codes (66, 77, 88, 99)."""
    return code in MISSING_CODES


class InstrumentError(ValueError):
    """The instrument file contradicts itself; the message says where."""


class Category(msgspec.Struct, frozen=True):
    """One answer category: its code in the record, its name in training data, its label on buttons and on forms."""

    code: int
    name: str
    label: str
    screens_out: bool = False
    in_person: str | None = None


class Scale(msgspec.Struct, frozen=True):
    """The categories of a closed question, in the order shown, and how to ask for them once more.

    `ordered`: the codes rise or fall with what is asked for, as those of how often do.
    """

    again: str
    categories: list[Category]
    ordered: bool = False

    def category(self, code: Code) -> Category | None:
        """The category with this code, or None."""
        return next((category for category in self.categories if category.code == code), None)


class Question(msgspec.Struct, frozen=True):
    """One question.

    `offer` lists the missing codes that get a button of their own; `in_person` is how an interviewer says it.
    """

    name: str
    kind: Literal["closed", "topics", "text", "gate"]
    text: str
    why: str
    scale: str | None = None
    again: str | None = None
    label: str | None = None
    ask_if: dict[str, list[int]] = {}
    offer: list[int] = []
    minutes: str | None = None
    in_person: str | None = None
    index: str | None = None
    verified: bool = False

    @property
    def recorded(self) -> bool:
        """Whether the answer is a variable of the record (gates only steer the interview)."""
        return self.kind != "gate"


class Choice(msgspec.Struct, frozen=True):
    """What a button of a question says, and the code it stands for."""

    code: int
    title: str


class InstrumentFile(msgspec.Struct):
    """What an instrument file holds, as it stands there."""

    name: str
    version: str
    title: str
    verified: bool
    missing: list[Category]
    scales: dict[str, Scale]
    questions: list[Question]
    consent_version: str = "1"


class Instrument:
    """A questionnaire of one version.

    Raises `InstrumentError` where a question names a scale or a variable that does not exist.
    """

    def __init__(self, content: InstrumentFile) -> None:
        self.name = content.name
        self.version = content.version
        self.consent_version = content.consent_version
        self.title = content.title
        self.verified = content.verified
        self.missing = content.missing
        self.scales = content.scales
        self.questions = content.questions
        self._by_name = {question.name: question for question in content.questions}
        self._check()

    def _check(self) -> None:
        if len(self._by_name) != len(self.questions):
            raise InstrumentError("two questions have the same name")
        for question in self.questions:
            if question.scale is not None and question.scale not in self.scales:
                raise InstrumentError(f"question {question.name}: there is no scale {question.scale}")
            for variable in question.ask_if:
                if variable not in self._by_name:
                    raise InstrumentError(f"question {question.name}: ask_if names {variable}, which does not exist")

    @cached_property
    def identifier(self) -> str:
        """Name and version as written in each record, for example `coproduction-1.0`."""
        return f"{self.name}-{self.version}"

    def of_version(self, identifier: str) -> Instrument:
        """The version that a record names; raises `UserError` (unknown_instrument) for one that is not this."""
        if identifier != self.identifier:
            raise UserError("unknown_instrument", identifier=identifier, known=self.identifier)
        return self

    @property
    def history(self) -> str:
        """What changed between the versions that this describes, in words; empty for a single version."""
        return ""

    @cached_property
    def variables(self) -> list[Question]:
        """The questions whose answers are in the record, in the order of asking."""
        return [question for question in self.questions if question.recorded]

    def question(self, name: str) -> Question:
        """The question with this variable name; KeyError if there is none."""
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def scale_of(self, question: Question) -> Scale | None:
        """The question's scale; None for free-text questions and gates without choices."""
        return None if question.scale is None else self.scales[question.scale]

    def choices(self, name: str) -> list[Choice]:
        """The buttons of a question in the order shown; a citizen may answer with their 1-based number."""
        question = self.question(name)
        scale = self.scale_of(question)
        shown = [Choice(c.code, c.label) for c in scale.categories] if scale else []
        return shown + [Choice(code, self.label(name, code)) for code in question.offer]

    def label(self, name: str, code: Code) -> str:
        """The words for a code of a question; the code itself where it has no label."""
        question = self.question(name)
        if question.scale is None and code == NO_ANSWER:
            return SKIP_LABEL
        scale = self.scale_of(question)
        category = scale.category(code) if scale else None
        category = category or next((m for m in self.missing if m.code == code), None)
        return category.label if category else str(code)

    def is_valid(self, name: str, code: Code) -> bool:
        """Whether a code may stand in the record for this question."""
        question = self.question(name)
        if code in MISSING_CODES:
            return True
        scale = self.scale_of(question)
        if scale is None:
            return isinstance(code, str)
        return scale.category(code) is not None

    def behaviours(self, index: str) -> Iterator[Question]:
        """The behaviour items that make up one index (`safety`, `environment` or `health`)."""
        return (question for question in self.questions if question.index == index)


def read_instrument(path: Path) -> Instrument:
    """Read an instrument file.

    Raises `InstrumentError` where it is not valid YAML of the expected form or contradicts itself.
    """
    try:
        return Instrument(msgspec.yaml.decode(path.read_bytes(), type=InstrumentFile))
    except msgspec.DecodeError as error:
        raise InstrumentError(f"{path}: {error}") from error


@lru_cache(maxsize=1)
def current_instrument() -> Instrument:
    """The instrument this release of the product interviews with."""
    with resources.as_file(resources.files(__package__) / "instrument.yml") as path:
        return read_instrument(path)
