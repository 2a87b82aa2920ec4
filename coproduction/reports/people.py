"""The fourth table: which interviews are of one person, as far as that is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
from sqlalchemy.engine import Engine

from coproduction.reports.columns import Column
from coproduction.reports.export import read_interviews
from coproduction.reports.selection import Selection
from coproduction.reports.study import LIMITS
from coproduction.reports.table import Table, page, schema_of
from coproduction.survey.instrument import Instrument

COLUMNS = [
    Column("interview_id", "text", "Random identifier of the interview"),
    Column("person", "text", "Random pseudonym that the interviews of one person share"),
]


def people_table(
    engine: Engine, instrument: Instrument, selection: Selection | None = None, read: Callable[[int], object] = bool
) -> Table:
    """The selected interviews of those who came again, in the order of `interviews_table`.

    `read` is told after each page how many interviews were read for it.
    """
    schema = schema_of(COLUMNS)

    def pages() -> Iterator[pa.RecordBatch]:
        for _, found in read_interviews(engine, instrument, selection or Selection(), read):
            yield page([interview.stored for interview in found if interview.stored["person"] is not None], schema)

    return Table("people", f"People who came again: {instrument.title}", LIMITS, COLUMNS, pages())
