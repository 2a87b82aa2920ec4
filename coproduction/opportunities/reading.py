"""What reading a catalogue file gives, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coproduction.opportunities.model import Status


@dataclass(frozen=True)
class RowError:
    """What is wrong in one place of a file. `where` names the line (CSV) or the item (feed)."""

    where: str
    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}, {self.column}: {self.reason}" if self.column else f"{self.where}: {self.reason}"


@dataclass(frozen=True)
class Item:
    """One opportunity read from a file. `values` are columns of the table; `session_minutes` helps the suggestion."""

    external_id: str
    values: dict[str, Any]
    status: Status | None = None
    session_minutes: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Reading:
    """What a file holds: its good items, what is wrong with the others, and every id it names."""

    items: list[Item]
    errors: list[RowError]
    named: frozenset[str]
