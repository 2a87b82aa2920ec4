"""The tables of the export as the codebook describes them."""

from __future__ import annotations

from dataclasses import dataclass

from coproduction.reports import matches, people
from coproduction.reports.columns import Column, export_columns
from coproduction.reports.paradata import paradata_columns
from coproduction.survey.instrument import Instrument


@dataclass(frozen=True)
class Described:
    """A table that `coproduction export --table` writes: its name, what a row is, its columns."""

    name: str
    content: str
    columns: list[Column]


def tables(instrument: Instrument, weight: Column | None = None) -> list[Described]:
    """All tables, the record first, with its `weight` where it was exported with one."""
    return [
        Described(
            "interviews",
            "One row per interview with consent, complete, partial or broken off. Empty means not asked.",
            [*export_columns(instrument), *([weight] if weight else [])],
        ),
        Described("matches", "One row per opportunity suggested in an interview.", list(matches.COLUMNS)),
        Described(
            "paradata",
            "One row per interview: where it was left, and the seconds for each question.",
            paradata_columns(instrument),
        ),
        Described(
            "people",
            "One row per interview of somebody who came again, for as long as that is kept.",
            list(people.COLUMNS),
        ),
    ]
