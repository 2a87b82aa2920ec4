"""Versions of the instrument: the present one, earlier ones, what changed between them, and how their records line up.

`instrument.yml` is the version that this release interviews with. Earlier versions stand beside it as
`instrument-VERSION.yml` and are never edited: records that name them are read with them.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from coproduction.errors import UserError
from coproduction.survey.instrument import (
    Instrument,
    InstrumentError,
    InstrumentFile,
    Question,
    Scale,
    current_instrument,
    read_instrument,
)

Versions = Mapping[str, Instrument]
"""Identifier as in the records, for example `coproduction-1.0` → the instrument; the earliest first."""


@dataclass(frozen=True)
class Change:
    """What is different about a variable in a version, compared with the version before it."""

    version: str
    variable: str
    what: str


class LinedUp(Instrument):
    """One instrument that describes records of all versions: every variable and every code that any of them has.

    Where versions differ, the wording is that of the latest version that has the question or category. To
    interview, score or judge one record, use its own version: `of_version`.
    """

    def __init__(self, content: InstrumentFile, versions: Versions) -> None:
        super().__init__(content)
        self._versions = versions

    def of_version(self, identifier: str) -> Instrument:
        """The version that a record names; raises `UserError` (unknown_instrument) where there is none of that name."""
        try:
            return self._versions[identifier]
        except KeyError:
            known = ", ".join(self._versions)
            raise UserError("unknown_instrument", identifier=identifier, known=known) from None

    @property
    def history(self) -> str:
        """What changed between the versions, in words; empty where there is one only."""
        return " ".join(changes_in_words(self._versions))


@lru_cache(maxsize=1)
def known_versions() -> Versions:
    """The present instrument and all earlier ones that this release can read."""
    with resources.as_file(resources.files(__package__)) as folder:
        return read_versions(folder, current_instrument())


def read_versions(folder: Path, current: Instrument) -> Versions:
    """The instruments of a folder's `instrument-VERSION.yml` files and the current one, by version.

    Raises `InstrumentError` where a file's name and its version differ, or two have the same version.
    """
    found = []
    for path in folder.glob("instrument-*.yml"):
        instrument = read_instrument(path)
        if path.stem != f"instrument-{instrument.version}":
            raise InstrumentError(f"{path.name} holds version {instrument.version}")
        found.append(instrument)
    found.append(current)
    if len({instrument.identifier for instrument in found}) != len(found):
        raise InstrumentError(f"version {current.version} stands in two files: raise `version` in instrument.yml")
    return {instrument.identifier: instrument for instrument in sorted(found, key=_version_key)}


def changes(versions: Versions) -> Iterator[Change]:
    """What changed from each version to the next: questions new, dropped, or asked with other words or codes."""
    instruments = list(versions.values())
    for earlier, later in itertools.pairwise(instruments):
        before = {question.name: question for question in earlier.variables}
        now = {question.name: question for question in later.variables}
        for name in dict.fromkeys([*before, *now]):
            if name not in before:
                yield Change(later.version, name, "new")
            elif name not in now:
                yield Change(later.version, name, "no longer asked")
            elif what := list(_differences(earlier, later, name)):
                yield Change(later.version, name, "other " + ", ".join(what))


def changes_in_words(versions: Versions) -> Iterator[str]:
    """A sentence for each version that changed something."""
    for version, found in itertools.groupby(changes(versions), key=lambda change: change.version):
        yield f"Version {version} of the questionnaire: {', '.join(f'{c.variable} {c.what}' for c in found)}."


def line_up(versions: Versions) -> LinedUp:
    """All versions in one; questions that are no longer asked stand where they stood."""
    instruments = list(versions.values())
    latest = instruments[-1]
    scales: dict[str, Scale] = dict(latest.scales)
    questions = list(latest.questions)
    for earlier in reversed(instruments[:-1]):
        after = None
        for question in earlier.questions:
            mine = next((q for q in questions if q.name == question.name), None)
            if mine is None and question.recorded:
                mine = _with_own_scale(earlier, question, scales)
                questions.insert(_place_after(questions, after), mine)
            elif mine is not None and mine.recorded and question.scale is not None:
                questions[questions.index(mine)] = mine = _with_all_codes(mine, earlier.scales[question.scale], scales)
            after = mine.name if mine else after
    content = InstrumentFile(
        name=latest.name,
        version=latest.version,
        title=latest.title,
        verified=latest.verified,
        missing=latest.missing,
        scales=scales,
        questions=_routable(questions),
        consent_version=latest.consent_version,
    )
    return LinedUp(content, versions)


def fingerprint(instrument: Instrument) -> str:
    """A digest of all that gives answers their meaning: variables, wordings, routing, codes and their labels."""
    meaning: list[Any] = [[question.name, _meaning(instrument, question)] for question in instrument.questions]
    meaning.append([[category.code, category.label] for category in instrument.missing])
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]


def _version_key(instrument: Instrument) -> list[int]:
    return [int(part) if part.isdecimal() else 0 for part in instrument.version.split(".")]


def _differences(earlier: Instrument, later: Instrument, name: str) -> Iterable[str]:
    before, now = (_meaning(each, each.question(name)) for each in (earlier, later))
    return (what for what in now if before[what] != now[what])


def _meaning(instrument: Instrument, question: Question) -> dict[str, Any]:
    scale = instrument.scale_of(question)
    return {
        "wording": question.text,
        "codes": [[c.code, c.label] for c in scale.categories] if scale else question.kind,
        "routing": {variable: sorted(codes) for variable, codes in question.ask_if.items()},
        "index": question.index,
    }


def _place_after(questions: list[Question], name: str | None) -> int:
    return next((place + 1 for place, question in enumerate(questions) if question.name == name), 0)


def _with_own_scale(earlier: Instrument, question: Question, scales: dict[str, Scale]) -> Question:
    """A dropped question, on a scale that no present question shares."""
    scale = earlier.scale_of(question)
    if scale is None:
        return question
    return _own(question, scale, scales)


def _with_all_codes(question: Question, earlier: Scale, scales: dict[str, Scale]) -> Question:
    """The question with the categories that it had and no longer has."""
    if question.scale is None:
        return question
    scale = scales[question.scale]
    gone = [category for category in earlier.categories if scale.category(category.code) is None]
    if not gone:
        return question
    return _own(question, Scale(scale.again, [*scale.categories, *gone]), scales)


def _own(question: Question, scale: Scale, scales: dict[str, Scale]) -> Question:
    name = f"{question.name} in all versions"
    scales[name] = scale
    return msgspec.structs.replace(question, scale=name)


def _routable(questions: list[Question]) -> list[Question]:
    """Conditions that name questions which are gone for good are left out."""
    names = {question.name for question in questions}
    return [
        msgspec.structs.replace(q, ask_if={name: codes for name, codes in q.ask_if.items() if name in names})
        for q in questions
    ]
