"""The third table: how each interview went. Where it was left, and how long each question took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.tables import answers
from coproduction.reports.columns import Column, export_columns
from coproduction.reports.export import Interview, read_interviews
from coproduction.reports.selection import Selection
from coproduction.reports.study import LIMITS
from coproduction.reports.table import Table, page, schema_of
from coproduction.survey.instrument import Code, Instrument, Question
from coproduction.survey.modes import FACE_TO_FACE
from coproduction.survey.routing import applies
from coproduction.survey.scoring import Disposition

FROM_THE_RECORD = ("interview_id", "instrument", "mode", "language", "disposition")
NOT_RECORDED = {"consent": "Consent", "match": "The suggestions", "background": "Whether to go on to the background"}
"""What is put without an answer in the record."""

SECONDS = "sec_"
"""Before a question's name: the column of its seconds."""


def paradata_columns(instrument: Instrument) -> list[Column]:
    """The columns of the table for an instrument, in the order of the file."""
    same = {column.name: column for column in export_columns(instrument)}
    aapor = tuple(d.aapor.split(" ", 1) for d in Disposition)
    put = tuple((q.name, q.label or NOT_RECORDED.get(q.name, q.name)) for q in instrument.questions)
    return [
        *(same[name] for name in FROM_THE_RECORD),
        Column("aapor", "text", "AAPOR outcome code", text_codes=tuple((code, group) for code, group in aapor)),
        Column("dropoff", "text", "Question that was put last, where the interview is not complete", text_codes=put),
        Column("seconds", "number", "Seconds from consent to the question put last", decimals=1),
        *(
            Column(SECONDS + question.name, "number", f"Seconds for {question.name}: {question.label}", decimals=1)
            for before, question in pairwise(instrument.questions)
            if question.recorded and (before.recorded or before.name == "consent")  # else it has no beginning
        ),
    ]


def paradata_table(
    engine: Engine, instrument: Instrument, selection: Selection | None = None, read: Callable[[int], object] = bool
) -> Table:
    """How the selected interviews went, in the order of `interviews_table`.

    `read` is told after each page how many interviews were read for it.
    """
    columns = paradata_columns(instrument)
    schema = schema_of(columns)

    def pages() -> Iterator[pa.RecordBatch]:
        for connection, found in read_interviews(engine, instrument, selection or Selection(), read):
            query = sa.select(answers.c.interview_id, answers.c.variable, answers.c.at)
            times: dict[str, dict[str, float]] = defaultdict(dict)
            these = answers.c.interview_id.in_([interview.identifier for interview in found])
            for identifier, variable, at in connection.execute(query.where(these)):
                times[identifier][variable] = at
            yield page([_row(instrument, interview, times[interview.identifier]) for interview in found], schema)

    return Table("paradata", f"How interviews went: {instrument.title}", LIMITS, columns, pages())


def _row(instrument: Instrument, interview: Interview, times: Mapping[str, float]) -> dict[str, Any]:
    stored, ending = interview.stored, interview.disposition
    row = {name: stored[name] for name in FROM_THE_RECORD if name in stored}
    row |= {"disposition": ending.value, "aapor": ending.aapor.split(" ", 1)[0]}
    row["dropoff"] = None if ending is Disposition.COMPLETE else stored["last_question"]
    row["seconds"] = round(stored["last_at"] - stored["started_at"], 1)
    if stored["mode"] != FACE_TO_FACE:  # a form is sent as a whole, without the times of its answers
        own = instrument.of_version(stored["instrument"])
        taken = seconds_per_question(own, interview.answers, times, stored["started_at"])
        row |= {SECONDS + name: seconds for name, seconds in taken.items()}
    return row


def seconds_per_question(
    instrument: Instrument, given: Mapping[str, Code], times: Mapping[str, float], consent_at: float
) -> dict[str, float]:
    """Seconds from the answer before to the answer of each question: reading, thinking, typing, and any absence.

    Only where both times are those of the first pass: not after suggestions or other steps without a time in the
    record, and not around an answer that was given anew later, which has the later time.
    """
    known = {"consent": consent_at, **{name: at for name, at in times.items() if name in instrument}}
    path = [q for q in instrument.questions if applies(q, {"consent": 1, "background": 1, **given})]
    moments = sorted(known.values())
    seconds = {}
    for before, question in zip([None, *path], path, strict=False):
        span = _span(before, question, known)
        if span is not None and not any(span[0] < moment < span[1] for moment in moments):
            seconds[question.name] = round(span[1] - span[0], 1)
    return seconds


def _span(before: Question | None, question: Question, known: Mapping[str, float]) -> tuple[float, float] | None:
    """From the answer before to this answer; None where a time is not known or they are the wrong way round."""
    if before is None or before.name not in known or question.name not in known:
        return None
    start, end = known[before.name], known[question.name]
    return (start, end) if start <= end else None
