"""Review: an official looks at drafts, completes them, and publishes or rejects them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from coproduction.errors import UserError
from coproduction.opportunities.columns import (
    COLUMNS,
    NEEDED_TO_PUBLISH,
    agrees,
    contradictions,
    missing_to_publish,
    read_value,
)
from coproduction.opportunities.guess import Guess, Suggested
from coproduction.opportunities.model import Opportunity, Status
from coproduction.survey.scoring import effort_band


@dataclass(frozen=True)
class Draft:
    """A draft, and what the importer suggests for the columns that its source left empty."""

    id: str
    title: str
    suggested: Suggested
    min_age: int
    place: int | None
    ends_on: dt.date | None
    link: str | None

    @property
    def sure(self) -> float:
        """How sure the least certain of the suggestions needed to publish is, 0–1; 0 where one is missing."""
        return min(self.suggested[c].sure if c in self.suggested else 0.0 for c in NEEDED_TO_PUBLISH if c != "place")


def drafts(engine: Engine) -> list[Draft]:
    """All drafts, the ones with the surest suggestions first."""
    columns = ("id", "title", "suggestion", "min_age", "place", "ends_on", "link")
    query = sa.select(*(getattr(Opportunity, name) for name in columns))
    with engine.connect() as connection:
        rows = connection.execute(query.where(Opportunity.status == Status.DRAFT.value))
        found = [
            Draft(row.id, row.title, _suggested(row.suggestion), row.min_age, row.place, row.ends_on, row.link)
            for row in rows
        ]
    return sorted(found, key=lambda draft: (-draft.sure, draft.id))


def _suggested(stored: str | None) -> Suggested:
    return msgspec.json.decode(stored, type=dict[str, Guess]) if stored else {}


def publish(engine: Engine, identifiers: Sequence[str], edits: Mapping[str, str] | None = None) -> int:
    """Publish opportunities with the given columns changed, and suggestions taken where a column is empty.

    `edits` are texts as in the CSV file. All are published or none. Raises `UserError` (unknown_opportunity,
    bad_opportunity_value, not_publishable).
    """
    values = _read_edits(edits or {})
    with Session(engine, future=True) as session:
        rows = _rows(session, identifiers)
        for row in rows:
            _edit(row, values)
            _take_suggestions(row)
            _check_publishable(row)
            _decide(row, Status.PUBLISHED)
        session.commit()
    return len(rows)


def reject(engine: Engine, identifiers: Sequence[str]) -> int:
    """Withdraw opportunities for good: a later import does not bring them back."""
    with Session(engine, future=True) as session:
        rows = _rows(session, identifiers)
        for row in rows:
            _decide(row, Status.WITHDRAWN)
        session.commit()
    return len(rows)


def _decide(row: Any, status: Status) -> None:
    """Set what an official decided; a file that names a status does not change it again."""
    row.status, row.status_before = status.value, None
    _mark_edited(row, {"status"})


def _mark_edited(row: Any, columns: set[str]) -> None:
    row.edited = " ".join(sorted(set(row.edited.split()) | columns))


def _rows(session: Session, identifiers: Iterable[str]) -> list[Any]:
    wanted = list(identifiers)
    rows = list(session.scalars(sa.select(Opportunity).where(Opportunity.id.in_(wanted))))
    unknown = sorted(set(wanted) - {row.id for row in rows})
    if unknown:
        raise UserError("unknown_opportunity", identifiers=", ".join(unknown))
    return rows


def _read_edits(edits: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for column, text in edits.items():
        try:
            values[column] = read_value(column, text)
        except ValueError as error:  # noqa: PERF203 - the first wrong value ends it
            raise UserError(
                "bad_opportunity_value", column=column, value=text, expected=COLUMNS[column].expected
            ) from error
    return values


def _edit(row: Any, values: Mapping[str, Any]) -> None:
    for column, value in values.items():
        setattr(row, column, value)
    _mark_edited(row, set(values))


def _take_suggestions(row: Any) -> None:
    """Fill what is empty; a time that an official gave is not joined by a suggestion that contradicts it."""
    if row.effort is None and row.minutes_per_month is not None:
        row.effort = effort_band(row.minutes_per_month)
    for column, guess in _suggested(row.suggestion).items():
        contradicts = column == "minutes_per_month" and not agrees(row.effort, int(guess.value))
        if getattr(row, column) in (None, "") and not contradicts:
            setattr(row, column, guess.value)


def _check_publishable(row: Any) -> None:
    values = {column: getattr(row, column) for column in COLUMNS if column != "id"}
    missing = missing_to_publish(values)
    if missing:
        raise UserError("not_publishable", identifier=row.id, missing=", ".join(missing))
    for column, reason in contradictions(values):
        expected = f"another: it {reason} ({row.id})"
        raise UserError("bad_opportunity_value", column=column, value=_shown(values[column]), expected=expected)
    if row.ends_on is not None and row.ends_on < dt.date.today():
        raise UserError("over", identifier=row.id, date=row.ends_on.isoformat())


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
