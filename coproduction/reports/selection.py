"""Which interviews a table is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.errors import UserError
from coproduction.records.tables import interviews


@dataclass(frozen=True)
class Selection:
    """Limits on interviews; empty or None is no limit. Days are those on which they began (UTC), both included."""

    first_day: date | None = None
    last_day: date | None = None
    modes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    complete_only: bool = False

    @property
    def has_parts(self) -> bool:
        """Whether it leaves out modes or languages."""
        return bool(self.modes or self.languages)

    def of_all_parts(self) -> Selection:
        """The same days, of all modes and languages."""
        return replace(self, modes=(), languages=())

    def conditions(self) -> list[Any]:
        """The limits as SQL conditions on `interviews`, without `complete_only`, which follows from the answers."""
        found = []
        if self.first_day:
            found.append(interviews.c.started_at >= _midnight(self.first_day))
        if self.last_day:
            found.append(interviews.c.started_at < _midnight(self.last_day + timedelta(days=1)))
        if self.modes:
            found.append(interviews.c.mode.in_(self.modes))
        if self.languages:
            found.append(interviews.c.language.in_(self.languages))
        return found


def refuse_unknown(engine: Engine, option: str, column: Any, wanted: Iterable[str], known: Iterable[str]) -> None:
    """Raise `UserError` (not_among) where something is neither `known` nor in a column of the record: a slip of the pen
    would look like no data.
    """
    with engine.connect() as connection:
        there = {*known, *connection.execute(sa.select(column).distinct()).scalars()}
    for value in wanted:
        if value not in there:
            raise UserError("not_among", option=option, value=value, names=", ".join(sorted(there)))


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), tzinfo=timezone.utc).timestamp()
