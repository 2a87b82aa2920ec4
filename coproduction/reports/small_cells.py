"""Small cells: counts that would show a group of very few people are hidden, so that nobody can work them out.

Counts from 1 to below a limit are hidden (primary suppression). Then more counts are hidden (secondary suppression)
until no subtraction among what is shown, over any number of rows, columns and totals, tells that a hidden count is
below the limit. Whether it does is a linear programme: the greatest value the count could have. Zeros are shown: there
is nobody in them, and who is missing is what such tables are read for.

Reports of parts, like one mode of interview, are parts of one table that has these parts as an axis. So no two of them
can be subtracted from each other either.

M. Fischetti and J. J. Salazar-González (2001), Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47, describe the problem; this is a plain greedy way to a safe, not the best, solution.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

Key = tuple[Hashable, ...]
"""A cell: its category on each axis, or `TOTAL`."""

TOTAL = None
TOLERANCE = 1e-6
"""How far a solver may be off."""

Line = tuple[Key, ...]
"""A total, then the cells it is the sum of."""


def suppressed(counts: Mapping[Key, int], axes: Sequence[Sequence[Hashable]], smallest: int) -> dict[Key, int | None]:
    """All cells of a table with every total; None where a count is hidden.

    `counts` are those of the categories, without totals; what is left out is 0. `smallest` is the least number of
    people that may be shown.
    """
    for position, axis in enumerate(axes):
        if len(axis) == 1:  # its category is its total
            without = [*axes[:position], *axes[position + 1 :]]
            fewer = {(*key[:position], *key[position + 1 :]): count for key, count in counts.items()}
            shown = suppressed(fewer, without, smallest)
            return {
                (*key[:position], category, *key[position:]): count
                for key, count in shown.items()
                for category in (*axis, TOTAL)
            }
    cells = with_totals(counts, axes)
    lines = list(lines_of(axes))
    hidden = {key for key, count in cells.items() if 0 < count < smallest}
    _cover_lines(cells, lines, hidden, smallest)
    unsure = [key for key in cells if 0 < cells[key] < smallest]
    while unsure and (unsure := _attack(cells, lines, hidden).told_from(unsure, smallest)):
        hidden.add(_cover(unsure[0], cells, lines, hidden))
        _cover_lines(cells, lines, hidden, smallest)
    return {key: None if key in hidden else count for key, count in cells.items()}


def part_of(shown: Mapping[Key, int | None], choices: Sequence[Sequence[Hashable]]) -> dict[Key, int | None]:
    """The part of a table with one of the `choices` on each of its first axes, which it then has no more.

    As a sum of what the table shows it tells nothing that the table does not tell: reports that are parts of one table
    cannot be subtracted from each other. A sum of which a cell is hidden is hidden. `(TOTAL,)` chooses all.
    """
    chosen = [set(choice) for choice in choices]
    parts: dict[Key, int | None] = {key[len(choices) :]: 0 for key in shown}
    for key, count in shown.items():
        if all(category in choice for category, choice in zip(key, chosen, strict=False)):
            rest = key[len(choices) :]
            sum_before = parts[rest]
            parts[rest] = None if count is None or sum_before is None else sum_before + count
    return parts


def with_totals(counts: Mapping[Key, int], axes: Sequence[Sequence[Hashable]]) -> dict[Key, int]:
    """The counts of all combinations of categories and totals."""
    cells = dict.fromkeys(itertools.product(*((*axis, TOTAL) for axis in axes)), 0)
    for key, count in counts.items():
        for totals in itertools.product(*((category, TOTAL) for category in key)):
            cells[totals] += count
    return cells


def lines_of(axes: Sequence[Sequence[Hashable]]) -> Iterator[Line]:
    """Every sum in a table: along each axis, for all categories and totals of the others."""
    for position, axis in enumerate(axes):
        others = [(*other, TOTAL) for other in axes]
        others[position] = (TOTAL,)
        for key in itertools.product(*others):
            yield (key, *((*key[:position], category, *key[position + 1 :]) for category in axis))


class Attack:
    """What whoever reads the table can work out: the ranges of the hidden counts, by linear programming.

    A hidden count is 1 or more, as zeros are shown.
    """

    def __init__(self, shown: Mapping[Key, int | None], lines: Sequence[Line]) -> None:
        self._place = {key: place for place, key in enumerate(key for key, count in shown.items() if count is None)}
        self._rights: list[int] = []
        entries: list[tuple[int, int, int]] = []
        for line in lines:
            if not any(key in self._place for key in line):
                continue
            signs = [-1, *[1] * (len(line) - 1)]
            row = len(self._rights)
            entries += [(s, row, self._place[key]) for s, key in zip(signs, line, strict=True) if key in self._place]
            self._rights.append(-sum(s * (shown[key] or 0) for s, key in zip(signs, line, strict=True)))
        values, rows, columns = zip(*entries, strict=True)
        self._sums = coo_matrix((values, (rows, columns)), shape=(len(self._rights), len(self._place))).tocsr()

    def greatest(self, key: Key, sign: float = 1.0) -> float:
        """The greatest value that a hidden count could have, as far as what is shown tells; `sign` -1: the least."""
        return self._extreme(key, sign)[0]

    def told_from(self, keys: Sequence[Key], limit: int) -> list[Key]:
        """Some hidden counts without those that cannot be told to be below a limit, up to the first that can.

        A table that fits what is shown clears every count that reaches the limit in it, so few are worked out. What is
        cleared stays so when more is hidden.
        """
        unsure = list(keys)
        while unsure:
            most, table = self._extreme(unsure[0])
            if most < limit - TOLERANCE:
                break
            unsure = [key for key in unsure[1:] if table is None or table[self._place[key]] < limit - TOLERANCE]
        return unsure

    def _extreme(self, key: Key, sign: float = 1.0) -> tuple[float, NDArray[np.float64] | None]:
        goal = np.zeros(len(self._place))
        goal[self._place[key]] = -sign
        result = linprog(goal, A_eq=self._sums, b_eq=self._rights, bounds=(1, None), method="highs")
        if result.status == 3:
            return float("inf") * sign, None
        return float(-sign * result.fun), result.x


def _attack(cells: Mapping[Key, int], lines: Sequence[Line], hidden: set[Key]) -> Attack:
    return Attack({key: None if key in hidden else count for key, count in cells.items()}, lines)


def _cover_lines(cells: Mapping[Key, int], lines: Sequence[Line], hidden: set[Key], smallest: int) -> None:
    """Hide more until no line by itself tells a hidden count, or that a small one is small.

    It is quicker than looking at all lines together, and mostly leaves nothing for that.
    """
    while told := next((key for line in lines if (key := _told(line, cells, hidden, smallest)) is not None), None):
        hidden.add(_cover(told, cells, lines, hidden))


def _told(line: Line, cells: Mapping[Key, int], hidden: set[Key], smallest: int) -> Key | None:
    inside = [key for key in line if key in hidden]
    if len(inside) == 1:
        return inside[0]
    if inside and line[0] not in hidden and sum(cells[key] for key in inside) - (len(inside) - 1) < smallest:
        return inside[0]
    return None


def _cover(key: Key, cells: Mapping[Key, int], lines: Sequence[Line], hidden: set[Key]) -> Key:
    """One more count to hide for the sake of `key`.

    Of those in its lines, one that also covers a hidden count that stands alone in another line; then no total; then
    the least.
    """
    alone = [line for line in lines if sum(other in hidden for other in line) == 1]
    near = sorted((line for line in lines if key in line), key=lambda line: line not in alone)

    def shown(found: Sequence[Line]) -> list[Key]:
        return [other for line in found for other in line if other not in hidden and cells[other] > 0]

    def cost(other: Key) -> tuple[int, int, int, str]:
        return -sum(other in line for line in alone), other.count(TOTAL), cells[other], repr(other)

    first = [line for line in near if line in alone]
    return min(shown(first) or shown(near) or shown(lines), key=cost)
