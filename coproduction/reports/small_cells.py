"""Small cells: counts that would show a group of very few people are hidden, so that nobody can work them out.

Counts from 1 to below a limit are hidden (primary suppression). Then more counts are hidden (secondary suppression)
until no subtraction among what is shown, over any number of rows, columns and totals, tells that a hidden count is
below the limit. Whether it does is a linear programme: the greatest value the count could have. Zeros are shown: there
is nobody in them, and who is missing is what such tables are read for.

M. Fischetti and J. J. Salazar-González (2001), Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47, describe the problem; this is a plain greedy way to a safe, not the best, solution.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

Key = tuple[Hashable, ...]
"""A cell: its category on each axis, or `TOTAL`."""

TOTAL = None
Line = tuple[Key, ...]
"""A total, then the cells it is the sum of."""


def suppressed(counts: Mapping[Key, int], axes: Sequence[Sequence[Hashable]], smallest: int) -> dict[Key, int | None]:
    """All cells of a table with every total; None where a count is hidden.

    `counts` are those of the categories, without totals; what is left out is 0. `smallest` is the least number of
    people that may be shown.
    """
    cells = with_totals(counts, axes)
    lines = list(lines_of(axes))
    hidden = {key for key, count in cells.items() if 0 < count < smallest}
    while (exposed := _exposed(cells, lines, hidden, smallest)) is not None:
        hidden.add(_cover(exposed, cells, lines, hidden))
    return {key: None if key in hidden else count for key, count in cells.items()}


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


def greatest(
    shown: Mapping[Key, int | None], lines: Sequence[Line], of: Sequence[Key], sign: float = 1.0
) -> list[float]:
    """The greatest value each hidden count could have, as far as what is shown tells; `sign` -1: the least.

    A hidden count is 1 or more, as zeros are shown.
    """
    hidden = {key: place for place, key in enumerate(key for key, count in shown.items() if count is None)}
    open_lines = [line for line in lines if any(key in hidden for key in line)]
    entries, rights = [], []
    for row, line in enumerate(open_lines):
        signs = [-1, *[1] * (len(line) - 1)]
        entries += [(s, row, hidden[key]) for s, key in zip(signs, line, strict=True) if key in hidden]
        rights.append(-sum(s * (shown[key] or 0) for s, key in zip(signs, line, strict=True)))
    values, rows, columns = zip(*entries, strict=True)
    sums = coo_matrix((values, (rows, columns)), shape=(len(open_lines), len(hidden))).tocsr()
    found = []
    for key in of:
        goal = np.zeros(len(hidden))
        goal[hidden[key]] = -sign
        result = linprog(goal, A_eq=sums, b_eq=rights, bounds=(1, None), method="highs")
        found.append(float("inf") * sign if result.status == 3 else float(-sign * result.fun))
    return found


def _exposed(cells: Mapping[Key, int], lines: Sequence[Line], hidden: set[Key], smallest: int) -> Key | None:
    """A hidden count that can be told exactly, or a small one that can be told to be small; None where there is none.

    What one line alone tells is looked for first: it is quicker, and mostly leaves nothing for the rest.
    """
    for line in lines:
        inside = [key for key in line if key in hidden]
        if len(inside) == 1:
            return inside[0]
        if inside and line[0] not in hidden and sum(cells[key] for key in inside) - (len(inside) - 1) < smallest:
            return inside[0]
    small = [key for key in cells if key in hidden and cells[key] < smallest]
    if not small:
        return None
    shown = {key: None if key in hidden else count for key, count in cells.items()}
    most = greatest(shown, lines, small)
    return next((key for key, value in zip(small, most, strict=True) if value < smallest - 1e-6), None)


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
