"""Tables about groups of citizens: who takes part, and how many do not. Small counts are hidden (small_cells.py)."""

from __future__ import annotations

import csv
import textwrap
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.tables import counts
from coproduction.reports.export import read_interviews
from coproduction.reports.selection import Selection
from coproduction.reports.small_cells import TOTAL, Key, part_of, suppressed
from coproduction.reports.study import LIMITS
from coproduction.survey.instrument import Instrument, is_missing
from coproduction.survey.scoring import Disposition

HIDDEN = "[c]"
"""Stands for a hidden count: the sign that the United Kingdom's statistical service uses for confidential figures."""

OF_A_PART = (
    "In a report of a mode or language a count is also hidden where the other interviews are so few that a report of "
    "all would tell them."
)
NOT_SAID = "not said"
ENDINGS = (Disposition.COMPLETE, Disposition.PARTIAL, Disposition.BREAKOFF)
WITHOUT_A_RECORD = (Disposition.REFUSED, Disposition.INELIGIBLE)


@dataclass(frozen=True)
class GroupTable:
    """Counts of people by groups; the last axis makes the columns, and None is a hidden count."""

    title: str
    names: tuple[str, ...]
    axes: Sequence[Sequence[Hashable]]
    labels: Mapping[Hashable, str]
    cells: Mapping[Key, int | None]
    smallest: int
    limits: str = ""

    @property
    def note(self) -> str:
        """What whoever reads the table must know."""
        return (
            f"{HIDDEN}: not shown, so that no group of fewer than {self.smallest} people can be seen here or "
            f"worked out. 0: nobody. {self.limits}"
        ).strip()

    def rows(self) -> list[list[str]]:
        """The table with its header: the categories of each axis but the last in words, then the counts.

        A group that is not said and in which nobody is has no row.
        """
        columns = (*self.axes[-1], TOTAL)
        found = [[*self.names, *(self._label(column) for column in columns)]]
        for groups in _groups(self.axes[:-1]):
            keys = [(*groups, column) for column in columns]
            counted = [self.cells[key] for key in keys]
            if NOT_SAID in groups and counted[-1] == 0:
                continue
            found.append([*map(self._label, groups), *(HIDDEN if n is None else str(n) for n in counted)])
        return found

    def _label(self, category: Hashable) -> str:
        return "all" if category is TOTAL else self.labels.get(category, str(category))


def _groups(axes: Sequence[Sequence[Hashable]]) -> list[Key]:
    groups: list[Key] = [()]
    for axis in axes:
        groups = [(*group, category) for group in groups for category in (*axis, TOTAL)]
    return groups


def participation(
    engine: Engine,
    instrument: Instrument,
    selection: Selection,
    smallest: int,
    read: Callable[[int], object] = bool,
) -> GroupTable:
    """Interviews by sector, age group and how they ended.

    Reports of a mode or language are parts of one table of all interviews of the same days, in which modes and
    languages are axes: a count is hidden in it too where the others are so few that a report of all would tell them.
    """
    labels: dict[Hashable, str] = {NOT_SAID: NOT_SAID}
    axes: list[Sequence[Hashable]] = []
    for name in ("sector", "agegrp"):
        scale = instrument.scale_of(instrument.question(name))
        categories = [c for c in scale.categories if not c.screens_out] if scale else []
        labels.update({(name, category.code): category.label for category in categories})
        axes.append([*((name, category.code) for category in categories), NOT_SAID])
    counted: Counter[Key] = Counter()
    for _, found in read_interviews(engine, instrument, selection.of_all_parts(), read):
        for interview in found:
            sector, age = (_category(name, interview.answers.get(name)) for name in ("sector", "agegrp"))
            mode, language = interview.stored["mode"], interview.stored["language"]
            counted[mode, language, sector, age, interview.disposition.value] += 1
    axes.append([ending.value for ending in ENDINGS])
    parts = [sorted({str(key[position]) for key in counted}) for position in range(2)]
    choices = [
        (TOTAL,) if not wanted or set(wanted) >= set(there) else wanted
        for wanted, there in zip((selection.modes, selection.languages), parts, strict=True)
    ]
    cells = part_of(suppressed(counted, [*parts, *axes], smallest), choices)
    limits = f"{OF_A_PART} {LIMITS}" if selection.has_parts else LIMITS
    return GroupTable("Who takes part", ("sector", "age group"), axes, labels, cells, smallest, limits)


def _category(name: str, code: object) -> Hashable:
    return NOT_SAID if code is None or is_missing(code) else (name, code)


def without_a_record(engine: Engine, smallest: int) -> GroupTable:
    """How many refused consent or were too young, by month (UTC)."""
    counted: Counter[Key] = Counter()
    with engine.connect() as connection:
        for day, disposition, count in connection.execute(
            sa.select(counts.c.day, counts.c.disposition, counts.c.count)
        ):
            counted[f"{day:%Y-%m}", disposition] += count
    axes: list[Sequence[Hashable]] = [
        sorted({str(month) for month, _ in counted}),
        [ending.value for ending in WITHOUT_A_RECORD],
    ]
    return GroupTable("Who does not take part", ("month",), axes, {}, suppressed(counted, axes, smallest), smallest)


def print_group_table(table: GroupTable, output: TextIO) -> None:
    """Write a table for reading: a title, the columns in line, the note."""
    rows = table.rows()
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    output.write(f"{table.title}\n\n")
    words = len(table.names)
    for above, row in zip([rows[0], *rows], rows, strict=False):
        again = words > 1 and row[0] == above[0] and row is not rows[0]
        if words > 1 and not again and above is not rows[0]:
            output.write("\n")
        cells = ["" if again else row[0], *row[1:]]
        line = [f"{c:<{w}}" if n < words else f"{c:>{w}}" for n, (c, w) in enumerate(zip(cells, widths, strict=True))]
        output.write("  ".join(line).rstrip() + "\n")
    output.write("\n" + textwrap.fill(table.note, 100) + "\n")


def write_group_csv(table: GroupTable, output: TextIO) -> None:
    """Write a table as CSV: a row a group, the note in a last row."""
    writer = csv.writer(output, lineterminator="\n")
    writer.writerows(table.rows())
    writer.writerow([table.note])
