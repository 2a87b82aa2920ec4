"""The table of what is processed, for the record of processing (GDPR, Article 30), from the inventory."""

from __future__ import annotations

from collections.abc import Iterator

from coproduction.council import Council
from coproduction.records.inventory import ELSEWHERE, TABLES, Given, Holding

GROUNDS = {
    Given.CONSENT: "consent",
    Given.NO_CONSENT: "no consent needed: nothing is kept that is about a person",
    Given.ERASURE: "no consent needed: it keeps out what was deleted, and names nobody",
    Given.VISIT: "needed to answer at all",
    Given.NEVER: "about no citizen",
}
"""On which ground each thing is held; which article that is, the council decides."""


def processing_table(council: Council) -> Iterator[str]:
    """Markdown, line by line: each place, what it holds of a person, why, on which ground and how long."""
    yield "| where | what | of a person | why | held on | kept |"
    yield "|---|---|---|---|---|---|"
    for entry in (*TABLES, *ELSEWHERE):
        yield _row(entry, council)


def _row(entry: Holding, council: Council) -> str:
    personal = "; ".join(f"`{name}`: {meaning}" for name, meaning in entry.columns.items()) or "nothing"
    cells = [f"`{entry.name}`" if entry in TABLES else entry.name, entry.what, personal, entry.why]
    return "| " + " | ".join([*cells, GROUNDS[entry.given], entry.kept.words(council)]) + " |"
