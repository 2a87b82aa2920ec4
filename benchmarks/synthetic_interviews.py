"""Made-up interviews, as varied as real ones, written into a database: nobody's data, nor a copy of any.

Each citizen has a readiness to take part, which rises with age and shows in habits, efficacy, willingness and time,
so that answers hang together. Some skip, refuse or do not know; some leave at any question; some come to suggestions.
"""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from tqdm import tqdm

from coproduction.records.tables import answers, interviews, matches
from coproduction.survey.instrument import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE, REFUSAL, Instrument, Question
from coproduction.survey.routing import applies
from coproduction.survey.topics import current_topics

BATCH = 10_000
FIRST_DAY = 1_767_225_600.0
"""2026-01-01 0:00 UTC, seconds since 1970."""

YEARS = 2 * 365 * 86_400
LEAVES = 0.015
"""How likely it is that a citizen leaves at a question."""

MISSING = {NO_ANSWER: 0.02, DONT_KNOW: 0.01, REFUSAL: 0.005, NOT_APPLICABLE: 0.005}
AGES = [0.03, 0.08, 0.14, 0.17, 0.18, 0.17, 0.14, 0.09]
ACTIVITIES = {
    1: [0.02, 0.96, 0, 0, 0, 0, 0, 0, 0.02], 2: [0.45, 0.42, 0.06, 0.02, 0.01, 0, 0.01, 0.02, 0.01],
    7: [0.1, 0, 0, 0.01, 0.03, 0.8, 0, 0.05, 0.01], 8: [0.01, 0, 0, 0, 0.03, 0.93, 0, 0.02, 0.01],
}  # fmt: skip
USUAL_ACTIVITIES = [0.7, 0.02, 0.04, 0.02, 0.05, 0.05, 0.01, 0.1, 0.01]
MINUTES = {0: (0,), 1: (10, 20, 30, 45), 2: (60, 90, 120), 3: (180, 240, 300, 360), 4: (480, 600, 960)}
WISHES = ("more", "safer", "fewer", "better", "cleaner", "somebody to talk to about", "nobody asks us about")
FOLLOW_READINESS = ("effic", "more", "effort")
INTERVIEW_COLUMNS = (
    "interview_id", "instrument", "mode", "language", "country", "started_at", "last_at", "last_question",
    "completed_at", "reference_hash", "consent_version", "consent_at",
)  # fmt: skip
ANSWER_COLUMNS = ("interview_id", "variable", "code", "at")
MATCH_COLUMNS = (
    "interview_id", "opportunity_id", "rank", "shown_at", "chosen_at", "declined_at", "decline_reason", "reasons",
)  # fmt: skip


@dataclass
class Batch:
    """Rows of the tables for some interviews, with the columns named above."""

    interviews: list[tuple[Any, ...]] = field(default_factory=list)
    answers: list[tuple[Any, ...]] = field(default_factory=list)
    matches: list[tuple[Any, ...]] = field(default_factory=list)


def fill(engine: Engine, instrument: Instrument, count: int, seed: int = 1) -> None:
    """Write so many made-up interviews into an empty record.

    They are written in the order of their ids, which is quick; their times are drawn apart from it, so that an
    export, which reads in the order of times, finds them scattered as real ones.
    """
    dice = np.random.default_rng(seed)
    written = 0
    with tqdm(total=count, unit=" interviews", disable=None) as progress:
        for size in _sizes(count):
            batch = _Draw(instrument, dice, size).batch(written / count, 1 / count)
            with engine.begin() as connection:
                _insert(connection, interviews, INTERVIEW_COLUMNS, batch.interviews)
                _insert(connection, answers, ANSWER_COLUMNS, batch.answers)
                _insert(connection, matches, MATCH_COLUMNS, batch.matches)
            written += size
            progress.update(size)


def _insert(connection: Connection, table: sa.Table, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    if rows and connection.dialect.name == "sqlite":  # straight to the driver, which is quicker
        places = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", rows)
    elif rows:
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _sizes(count: int) -> Iterator[int]:
    while count > 0:
        yield min(count, BATCH)
        count -= BATCH


class _Draw:
    """One batch: every variable drawn for all its citizens at once, then each cut where the citizen leaves."""

    def __init__(self, instrument: Instrument, dice: np.random.Generator, size: int) -> None:
        self._instrument, self._dice, self._size = instrument, dice, size
        self._topics = current_topics().names
        age = 1 + dice.choice(8, size, p=AGES)
        self._readiness = dice.normal(size=size) + (age - 4) / 6
        self._codes = {"sector": 1 + dice.choice(3, size, p=[0.3, 0.4, 0.3]), "agegrp": age}
        for question in instrument.variables:
            if question.name not in self._codes and question.kind == "closed":
                self._codes[question.name] = self._closed(question)
        self._codes["gndr"] = dice.choice([1, 2, 3], size, p=[0.45, 0.54, 0.01])
        self._codes["mnactic"] = self._activity(age)
        for name in self._codes.keys() - {"sector"}:
            self._leave_out(name)
        self._paths = {sector: self._path(sector) for sector in (1, 2, 3)}

    def _closed(self, question: Question) -> np.ndarray[Any, Any]:
        """Codes of a closed question; habits, efficacy, willingness and time follow the readiness."""
        scale = self._instrument.scale_of(question)
        codes = sorted(category.code for category in scale.categories) if scale else []
        if question.index is None and question.name not in FOLLOW_READINESS:
            weights = self._dice.dirichlet([4] * len(codes))
            return self._dice.choice(codes, self._size, p=weights)
        difficulty = (sum(map(ord, question.name)) % 7 - 3) / 4
        felt = self._readiness + self._dice.normal(size=self._size) - difficulty
        bounds = np.linspace(-1, 1, len(codes) - 1)
        places = np.searchsorted(bounds, felt)
        return np.array(codes)[len(codes) - 1 - places if question.name == "more" else places]

    def _activity(self, age: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        found = np.zeros(self._size, dtype=int)
        for group in range(1, 9):
            these = age == group
            found[these] = 1 + self._dice.choice(9, int(these.sum()), p=ACTIVITIES.get(group, USUAL_ACTIVITIES))
        return found

    def _leave_out(self, name: str) -> None:
        draw = self._dice.random(self._size)
        for code, below in zip(MISSING, itertools.accumulate(MISSING.values()), strict=True):
            self._codes[name] = np.where((draw < below) & (draw >= below - MISSING[code]), code, self._codes[name])

    def _path(self, sector: int) -> list[str]:
        """What is asked of someone who chose a sector and answers everything; `match` is where suggestions come."""
        given = {"consent": 1, "sector": sector, "agegrp": 5, "background": 1}
        return [q.name for q in self._instrument.questions if (q.recorded or q.name == "match") and applies(q, given)]

    def batch(self, place: float, step: float) -> Batch:
        """The rows of this batch; ids rise from `place` by `step`, as fractions of all ids, and are random below it."""
        rows = Batch()
        codes = {name: drawn.tolist() for name, drawn in self._codes.items()}
        leaves = self._dice.geometric(LEAVES, self._size).tolist()
        begins = (FIRST_DAY + self._dice.random(self._size) * YEARS).round(3).tolist()
        paces = self._dice.gamma(4, 2.5, self._size).tolist()
        luck = self._dice.random((self._size, 5)).tolist()
        for n in range(self._size):
            high = int((place + n * step) * 2**48) << 80
            identifier = str(uuid.UUID(int=high + int.from_bytes(self._dice.bytes(8), "little"), version=4))
            given = {name: drawn[n] for name, drawn in codes.items()}
            given["topics"] = self._words_for_topics(luck[n][0])
            if luck[n][1] < 0.12:
                given["comment"] = self._comment(luck[n][2])
            self._interview(rows, identifier, given, leaves[n], begins[n], paces[n], luck[n])
        return rows

    def _interview(
        self,
        rows: Batch,
        identifier: str,
        given: dict[str, Any],
        left: int,
        begun: float,
        pace: float,
        luck: list[float],
    ) -> None:
        """One interview whose citizen leaves at the question `left`, counted from 1; `pace` is seconds a question."""
        path = self._paths[given["sector"]]
        last_at = begun + pace * min(left, len(path))
        for number, name in enumerate(path[: left - 1], start=1):
            if name in given:
                rows.answers.append((identifier, name, str(given[name]), begun + pace * number))
                if name == "effort" and luck[3] < 0.35 and (minutes := MINUTES.get(given[name])):
                    rows.answers.append((identifier, "effort_min", str(minutes[int(luck[4] * len(minutes))]), begun))
        matched_at = begun + pace * (path.index("match") + 1)
        matched = matched_at if matched_at <= last_at else None
        values = {
            "interview_id": identifier,
            "instrument": self._instrument.identifier,
            "mode": "web",
            "language": "en",
            "country": "GB",
            "started_at": begun,
            "last_at": last_at,
            "last_question": path[min(left, len(path)) - 1],
            "completed_at": matched,
            "consent_version": self._instrument.consent_version,
            "consent_at": begun,
            "reference_hash": hashlib.sha256(identifier.encode()).hexdigest(),
        }
        rows.interviews.append(tuple(values[column] for column in INTERVIEW_COLUMNS))
        if matched is not None:
            self._suggest(rows, identifier, matched, luck)

    def _suggest(self, rows: Batch, identifier: str, at: float, luck: list[float]) -> None:
        for rank in (1, 2, 3):
            values = {
                "interview_id": identifier,
                "opportunity_id": f"made-up:{1000 * rank + int(luck[rank] * 1000)}",
                "rank": rank,
                "shown_at": at,
                "chosen_at": at + 20 if luck[rank] < 0.12 else None,
                "declined_at": at + 30 if luck[rank] > 0.85 else None,
                "decline_reason": "too_much_time" if luck[rank] > 0.92 else None,
                "reasons": "sector effort company",
            }
            rows.matches.append(tuple(values[column] for column in MATCH_COLUMNS))

    def _words_for_topics(self, luck: float) -> str:
        if luck < 0.4:
            return str(NO_ANSWER)
        first = int(luck * 1e4) % len(self._topics)
        return " ".join(self._topics[first : first + 1 + int(luck * 1e3) % 3])

    def _comment(self, luck: float) -> str:
        length = 1 + int(luck * 10) if luck < 0.98 else 60
        words = [
            f"{WISHES[(n + int(luck * 1e3)) % 7]} {self._topics[int(luck * 1e5 + n) % len(self._topics)]}"
            for n in range(length)
        ]
        return ", ".join(words).capitalize() + "."
