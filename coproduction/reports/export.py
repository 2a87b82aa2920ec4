"""The record as a table: one row per consented interview, complete, partial or broken off.

It is read page by page in the order in which interviews began. Each page is one short transaction, so an interview
is always whole, and a long export never keeps SQLite from clearing erased answers out of its log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from coproduction.records.tables import answers, interviews, matches
from coproduction.reports.columns import EFFORT_MINUTES, INDICES, export_columns
from coproduction.reports.selection import Selection
from coproduction.reports.study import LIMITS
from coproduction.reports.table import Table, moment, page, schema_of
from coproduction.survey.instrument import NO_ANSWER, Code, Instrument
from coproduction.survey.scoring import Disposition, disposition, effort_band, index

PAGE = 5_000
"""Interviews read at a time; their answers are about a hundred thousand rows."""


@dataclass(frozen=True)
class Interview:
    """An interview as stored, with its answers and its disposition."""

    stored: Mapping[str, Any]
    answers: dict[str, Code]
    disposition: Disposition

    @property
    def identifier(self) -> str:
        """The interview's random id."""
        return str(self.stored["interview_id"])


def count_interviews(engine: Engine, selection: Selection) -> int:
    """How many interviews there are to read for a selection, those included that are not complete."""
    with engine.connect() as connection:
        query = sa.select(sa.func.count()).select_from(interviews).where(*selection.conditions())
        return int(connection.execute(query).scalar_one())


def interviews_table(
    engine: Engine, instrument: Instrument, selection: Selection | None = None, read: Callable[[int], object] = bool
) -> Table:
    """The selected interviews with the columns of the record; codes are integers, empty is not asked.

    A question that was put last and not answered has 99 (no answer). `effort_min` is given only where it
    agrees with `effort`, which may have been changed by a button afterwards. Each interview is judged by its own
    version of the instrument; an unknown one raises `UserError` (unknown_instrument). `read` is told after each page
    how many interviews were read for it.
    """
    columns = export_columns(instrument)
    schema = schema_of(columns)

    def pages() -> Iterator[pa.RecordBatch]:
        for connection, found in read_interviews(engine, instrument, selection or Selection(), read):
            counted = _match_counts(connection, found)
            yield page([_row(instrument, interview, counted) for interview in found], schema)

    return Table("interviews", instrument.title, f"{LIMITS} {instrument.history}".rstrip(), columns, pages())


def read_interviews(
    engine: Engine, instrument: Instrument, selection: Selection, read: Callable[[int], object] = bool
) -> Iterator[tuple[Connection, list[Interview]]]:
    """The selected interviews, a page at a time, each page with the transaction in which it was read.

    `read` is told after each page how many interviews were read, those included that are not complete.
    """
    after: tuple[float, str] | None = None
    order = (interviews.c.started_at, interviews.c.interview_id)
    while True:
        query = sa.select(interviews).where(*selection.conditions()).order_by(*order).limit(PAGE)
        if after is not None:
            query = query.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, after)))
        with _one_moment(engine) as connection:
            stored = connection.execute(query).mappings().all()
            found = _with_answers(connection, instrument, stored)
            if selection.complete_only:
                found = [interview for interview in found if interview.disposition is Disposition.COMPLETE]
            yield connection, found
        read(len(stored))
        if len(stored) < PAGE:
            return
        after = stored[-1]["started_at"], stored[-1]["interview_id"]


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A transaction in which every query sees the same state of the database."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # its driver begins one of itself only before a change
        yield connection


def _with_answers(connection: Connection, instrument: Instrument, stored: list[Mapping[str, Any]]) -> list[Interview]:
    given: dict[str, dict[str, Code]] = defaultdict(dict)
    whole = {EFFORT_MINUTES} | {q.name for q in instrument.variables if q.scale is not None}
    query = sa.select(answers.c.interview_id, answers.c.variable, answers.c.code)
    for identifier, variable, code in connection.execute(query.where(_of(answers, stored))).all():
        given[identifier][variable] = int(code) if variable in whole else code
    return [
        Interview(row, codes, disposition(instrument.of_version(row["instrument"]), codes))
        for row in stored
        for codes in [given[row["interview_id"]]]
    ]


def _of(table: sa.Table, stored: list[Mapping[str, Any]]) -> Any:
    return table.c.interview_id.in_([row["interview_id"] for row in stored])


def _match_counts(connection: Connection, found: list[Interview]) -> dict[str, tuple[int, int]]:
    query = sa.select(matches.c.interview_id, sa.func.count(), sa.func.count(matches.c.chosen_at))
    query = query.where(_of(matches, [interview.stored for interview in found])).group_by(matches.c.interview_id)
    return {identifier: (shown, chosen) for identifier, shown, chosen in connection.execute(query)}


def _row(instrument: Instrument, interview: Interview, counted: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    stored, given = interview.stored, interview.answers
    instrument, codes = instrument.of_version(stored["instrument"]), dict(given)
    left = stored["last_question"]
    if left in instrument and instrument.question(left).recorded and left not in codes:
        codes[left] = NO_ANSWER if instrument.question(left).scale else str(NO_ANSWER)
    minutes = codes.get(EFFORT_MINUTES)
    if isinstance(minutes, int) and effort_band(minutes) != codes.get("effort"):
        del codes[EFFORT_MINUTES]
    shown, chosen = counted.get(interview.identifier, (0, 0)) if stored["completed_at"] is not None else (None, None)
    return {
        **{name: stored[name] for name in ("interview_id", "instrument", "mode", "language", "country")},
        "started_at": moment(stored["started_at"]),
        "ended_at": moment(stored["last_at"]),
        "disposition": interview.disposition.value,
        **codes,
        **{name: index(instrument, which, given) for name, which in INDICES.items()},
        "matches_shown": shown,
        "matches_chosen": chosen,
    }
