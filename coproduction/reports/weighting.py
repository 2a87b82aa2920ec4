"""Weights: an export raked to margins that the council gives (iterative proportional fitting, by weightipy).

Weighting makes the sample look like the population in these margins. It does not make a self-selected sample a
probability sample.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import weightipy
from numpy.typing import NDArray

from coproduction.errors import UserError
from coproduction.reports.columns import WEIGHT, Column
from coproduction.reports.study import SELF_SELECTED
from coproduction.reports.table import Table, schema_of
from coproduction.survey.instrument import Instrument

VARIABLES = ("agegrp", "gndr", "mnactic")
"""What margins may be given for."""

COLUMNS = ["variable", "code", "share"]
SUM_TOLERANCE = 0.1
"""How far shares may be from 100 %, in percentage points, as published tables are rounded."""

REACHED = 0.05
"""How far a raked margin may be from its target, in percentage points."""

LEAST_WEIGHT, GREATEST_WEIGHT = 0.2, 5.0
"""Weights outside these, a fifth of the mean and five times it, are trimmed: no answer must stand for very many others,
nor for almost nobody."""

TRIMMING_ROUNDS = 100

_NOT_KNOWN = 0
"""Group of those whose code on a variable is missing; their share stays what it is among the interviews."""

Codes = tuple[int, ...]
Margins = Mapping[str, Mapping[Codes, float]]
"""Variable → codes taken together → share of the population in per cent."""


@dataclass(frozen=True)
class Weighting:
    """Weights in the order of the rows, and what they cost. `off` is the greatest distance from a target, in points.

    `missed` are the margins that are not reached, in words. Numbers of respondents below `smallest` are not stated.
    """

    weights: NDArray[np.float64]
    variables: tuple[str, ...]
    trimmed: int
    off: float
    unknown: Mapping[str, int]
    missed: tuple[str, ...]
    smallest: int

    @property
    def design_effect(self) -> float:
        """Kish's design effect of weighting: n Σw² / (Σw)² (L. Kish, Survey Sampling, 1965)."""
        w = self.weights
        return float(len(w) * (w**2).sum() / w.sum() ** 2)

    def report(self) -> str:
        """The weighting in words, for whoever uses the weights."""
        w, n = self.weights, len(self.weights)
        unknown = ", ".join(f"{name} {self._stated(count)}" for name, count in self.unknown.items())
        lines = [
            f"Interviews: {n}, raked to margins of {', '.join(self.variables)}.",
            f"Weights from {w.min():.2f} to {w.max():.2f}, mean 1; trimmed at {LEAST_WEIGHT:g} and "
            f"{GREATEST_WEIGHT:g}: {self._stated(self.trimmed)}.",
            f"Greatest distance of a margin from its target: {self.off:.2f} percentage points.",
            *(f"Not reached, as it would take weights beyond these: {margin}." for margin in self.missed),
            f"Design effect of weighting (Kish): {self.design_effect:.2f}.",
            f"Effective sample size: {n / self.design_effect:.0f}.",
            f"Without a code, their share kept as it is: {unknown}.",
            SELF_SELECTED,
        ]
        return "\n".join(lines) + "\n"

    def _stated(self, count: int) -> str:
        """A number of respondents, where neither it nor what it leaves is a small group."""
        few = [n for n in (count, len(self.weights) - count) if 0 < n < self.smallest]
        if not few:
            return str(count)
        return f"fewer than {self.smallest}" if few[0] == count else f"all but fewer than {self.smallest}"


def weight_column(variables: Iterable[str]) -> Column:
    """The column of the weights that are raked to margins of these variables."""
    bounds = f"trimmed at {LEAST_WEIGHT:g} and {GREATEST_WEIGHT:g}"
    label = f"Weight, raked to margins of {', '.join(variables)}, {bounds}; its mean is 1"
    return Column(WEIGHT, "number", label, decimals=4)


def read_margins(path: Path, instrument: Instrument) -> Margins:
    """Read the council's margins: CSV with the columns variable, code, share (per cent).

    Raises `UserError` (margins_invalid) where they are impossible; `code` may list several codes taken together.
    """
    margins: dict[str, dict[Codes, float]] = defaultdict(dict)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != COLUMNS:
                raise _invalid(path, f"the first line is not {','.join(COLUMNS)}")
            for line, row in enumerate(reader, start=2):
                variable, codes, share = _margin(path, line, row, instrument)
                if taken := set(codes) & {code for known in margins[variable] for code in known}:
                    raise _invalid(path, f"line {line}: {variable} {min(taken)} has a share already")
                margins[variable][codes] = share
    except FileNotFoundError:
        raise UserError("no_such_file", path=path) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise _invalid(path, "it is no CSV file in UTF-8") from error
    if not margins:
        raise _invalid(path, "it holds no margins")
    for variable, shares in margins.items():
        if abs(sum(shares.values()) - 100) > SUM_TOLERANCE:
            raise _invalid(path, f"the shares of {variable} add up to {sum(shares.values()):g} %, not 100 %")
        if left_out := _codes_of(variable, instrument) - {code for codes in shares for code in codes}:
            raise _invalid(path, f"{variable} {min(left_out)} has no share. Give one, or list it with another")
    return margins


def _codes_of(variable: str, instrument: Instrument) -> set[int]:
    scale = instrument.scale_of(instrument.question(variable))
    return {category.code for category in scale.categories if not category.screens_out} if scale else set()


def _invalid(path: Path, reason: str) -> UserError:
    return UserError("margins_invalid", path=path, reason=reason)


def _margin(path: Path, line: int, row: Mapping[str, str], instrument: Instrument) -> tuple[str, Codes, float]:
    variable = (row["variable"] or "").strip()
    if variable not in VARIABLES:
        raise _invalid(path, f"line {line}: {variable!r} is none of {', '.join(VARIABLES)}")
    codes = (row["code"] or "").split()
    if not codes or not set(codes) <= set(map(str, _codes_of(variable, instrument))):
        raise _invalid(path, f"line {line}: {variable} has no code {row['code']!r}")
    try:
        share = float(row["share"])
    except (TypeError, ValueError):
        share = -1.0
    if not 0 < share <= 100:
        raise _invalid(path, f"line {line}: the share {row['share']!r} is no number above 0 and up to 100")
    return variable, tuple(sorted(map(int, codes))), share


def rake(rows: pa.Table, margins: Margins, path: Path, smallest: int) -> Weighting:
    """Weights for the rows of the record; raises `UserError` (margins_invalid) where no weights can reach the margins.

    `path` is where the margins come from, for the message. Fewer than `smallest` interviews are not weighted, nor can
    so few carry a share; what is said of them is the same whether there are some or none.
    """
    if rows.num_rows < max(smallest, 1):
        raise _invalid(path, f"there are fewer than {max(smallest, 1)} interviews, too few to weight")
    groups = pd.DataFrame({name: _groups(rows.column(name), margins[name]) for name in margins})
    targets = {name: _targets(groups[name], name, margins[name], path, max(smallest, 1)) for name in margins}
    weights = _raked(groups, targets, cap=0)
    if max(_distances(groups, targets, weights).values()) > REACHED:
        raise _invalid(path, "no weights reach all shares at once: they contradict each other for these interviews")
    trimmed = int(((weights > GREATEST_WEIGHT) | (weights < LEAST_WEIGHT)).sum())
    if trimmed:
        weights = _trimmed(_raked(groups, targets, cap=GREATEST_WEIGHT))
    distances = _distances(groups, targets, weights)
    unknown = {name: int((groups[name] == _NOT_KNOWN).sum()) for name in margins}
    missed = tuple(
        f"{name} {' '.join(map(str, codes))}, {share:g} %"
        for name, shares in margins.items()
        for codes, share in shares.items()
        if distances[name, codes[0]] > REACHED
    )
    return Weighting(weights, tuple(margins), trimmed, max(distances.values()), unknown, missed, smallest)


def _groups(column: pa.ChunkedArray, shares: Mapping[Codes, float]) -> NDArray[np.int8]:
    """For each row the first of the codes it is taken together with; `_NOT_KNOWN` where the code is missing."""
    lookup = np.full(128, _NOT_KNOWN, dtype=np.int8)
    for together in shares:
        lookup[list(together)] = together[0]
    groups: NDArray[np.int8] = lookup[column.fill_null(0).to_numpy().astype(np.int8)]
    return groups


def _targets(
    groups: pd.Series[int], name: str, shares: Mapping[Codes, float], path: Path, fewest: int
) -> dict[int, float]:
    found = groups.value_counts()
    unknown = 100 * found.get(_NOT_KNOWN, 0) / len(groups)
    for together in shares:
        if found.get(together[0], 0) < fewest:
            codes = " ".join(map(str, together))
            raise _invalid(
                path, f"{name} {codes} has a share and fewer than {fewest} respondents. List it with another"
            )
    targets = {together[0]: share * (100 - unknown) / sum(shares.values()) for together, share in shares.items()}
    return targets | ({_NOT_KNOWN: unknown} if unknown else {})


def _raked(groups: pd.DataFrame, targets: Mapping[str, Mapping[int, float]], cap: float) -> NDArray[np.float64]:
    scheme = weightipy.scheme_from_dict(dict(targets), name="margins", rim_params={"cap": cap})
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what we check ourselves
        weights = weightipy.weight(groups, scheme)
    return weights.to_numpy(dtype=np.float64) / float(weights.mean())


def _trimmed(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights between the bounds, with a mean of 1 again."""
    for _ in range(TRIMMING_ROUNDS):
        weights = weights.clip(LEAST_WEIGHT, GREATEST_WEIGHT)
        weights = weights / weights.mean()
    return weights


def _distances(
    groups: pd.DataFrame, targets: Mapping[str, Mapping[int, float]], weights: NDArray[np.float64]
) -> dict[tuple[str, int], float]:
    """How far each target is from being reached, in percentage points."""
    shares = {name: np.bincount(groups[name], weights, 128) * 100 / weights.sum() for name in targets}
    return {(name, code): abs(shares[name][code] - share) for name in targets for code, share in targets[name].items()}


def weighted(table: Table, rows: pa.Table, weighting: Weighting) -> Table:
    """The table with a column of weights after the others; `rows` are its rows, mapped from a file."""
    columns = [*table.columns, weight_column(weighting.variables)]
    schema = schema_of(columns)

    def pages() -> Iterator[pa.RecordBatch]:
        begin = 0
        for batch in rows.to_batches():
            weights = pa.array(weighting.weights[begin : begin + batch.num_rows].round(4))
            yield pa.RecordBatch.from_arrays([*batch.columns, weights], schema=schema)
            begin += batch.num_rows

    return Table(table.name, table.title, table.note, columns, pages())
