"""The second table: one row per opportunity suggested in an interview, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.opportunities.model import Opportunity
from coproduction.records.tables import interviews, matches
from coproduction.reports.columns import Column
from coproduction.reports.export import read_interviews
from coproduction.reports.selection import Selection
from coproduction.reports.study import LIMITS
from coproduction.reports.table import Table, moment, page, schema_of
from coproduction.survey.instrument import Category, Instrument

YES_NO = (Category(1, "yes", "Yes"), Category(0, "no", "No"))

GROUNDS = {
    "sector": "It is about the sector that matters most to the respondent",
    "topic": "It is about a topic the respondent cares about",
    "effort": "It takes no more time than suits",
    "company": "It is done in the company wished for",
    "home": "It can be done at home or online",
    "near": "It is near where the respondent lives",
    "distance": "How far away it is",
    "open": "It is open to the respondent now",
}
"""Codes of the reasons given with a suggestion."""

DECLINED_BECAUSE = {
    "not_interested": "Not the respondent's thing",
    "too_much_time": "Takes too long",
    "wrong_place": "Wrong place",
    "does_already": "Does it already",
    "other": "Another reason",
}
"""Codes of the reasons for declining."""

COLUMNS = [
    Column("interview_id", "text", "Random identifier of the interview"),
    Column("opportunity_id", "text", "Identifier of the opportunity in the catalogue"),
    Column("title", "text", "Its title in the catalogue now"),
    Column("rank", "number", "Its place among all suggestions of the interview, from 1"),
    Column("shown_at", "time", "When it was suggested first, UTC"),
    Column("reasons", "text", "Reasons given with it, codes separated by spaces", text_codes=tuple(GROUNDS.items())),
    Column("chosen", "code", "Chosen, and not taken back", categories=YES_NO),
    Column("chosen_at", "time", "When it was chosen, UTC"),
    Column("declined", "code", "Declined", categories=YES_NO),
    Column("declined_at", "time", "When it was declined, UTC"),
    Column("decline_reason", "text", "Why it was declined", text_codes=tuple(DECLINED_BECAUSE.items())),
    Column("done", "code", "Done, where somebody said so afterwards", categories=YES_NO),
]


def matches_table(
    engine: Engine, instrument: Instrument, selection: Selection | None = None, read: Callable[[int], object] = bool
) -> Table:
    """What was suggested in the selected interviews, in the order of `interviews_table` and of `rank`.

    `read` is told after each page how many interviews were read for it.
    """
    schema = schema_of(COLUMNS)
    query = (
        sa.select(matches, Opportunity.title)
        .join(interviews, interviews.c.interview_id == matches.c.interview_id)
        .outerjoin(Opportunity, Opportunity.id == matches.c.opportunity_id)
        .order_by(interviews.c.started_at, matches.c.interview_id, matches.c.rank, matches.c.opportunity_id)
    )

    def pages() -> Iterator[pa.RecordBatch]:
        for connection, found in read_interviews(engine, instrument, selection or Selection(), read):
            these = matches.c.interview_id.in_([interview.identifier for interview in found])
            yield page([_row(match) for match in connection.execute(query.where(these)).mappings()], schema)

    return Table("matches", f"Suggestions: {instrument.title}", LIMITS, COLUMNS, pages())


def _row(match: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **match,
        "shown_at": moment(match["shown_at"]),
        "chosen": int(match["chosen_at"] is not None),
        "chosen_at": moment(match["chosen_at"]),
        "declined": int(match["declined_at"] is not None),
        "declined_at": moment(match["declined_at"]),
        "done": None if match["done"] is None else int(match["done"]),
    }
