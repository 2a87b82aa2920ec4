"""Which interviews a table is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from coproduction.records.tables import interviews


@dataclass(frozen=True)
class Selection:
    """Limits on interviews; empty or None is no limit. Days are those on which they began (UTC), both included."""

    first_day: date | None = None
    last_day: date | None = None
    modes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    complete_only: bool = False

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


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), tzinfo=timezone.utc).timestamp()
