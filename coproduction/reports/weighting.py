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

GREATEST_WEIGHT = 5.0
"""Weights above this, five times the mean, are trimmed: a single answer must not stand for very many."""

_NOT_KNOWN = 0
"""Group of those whose code on a variable is missing; their share stays what it is among the interviews."""

Codes = tuple[int, ...]
Margins = Mapping[str, Mapping[Codes, float]]
"""Variable → codes taken together → share of the population in per cent."""


@dataclass(frozen=True)
class Weighting:
    """Weights in the order of the rows, and what they cost. `off` is the greatest distance from a target, in points."""

    weights: NDArray[np.float64]
    variables: tuple[str, ...]
    trimmed: int
    off: float
    unknown: Mapping[str, int]

    @property
    def design_effect(self) -> float:
        """Kish's design effect of weighting: n Σw² / (Σw)² (L. Kish, Survey Sampling, 1965)."""
        w = self.weights
        return float(len(w) * (w**2).sum() / w.sum() ** 2)

    def report(self) -> str:
        """The weighting in words, for whoever uses the weights."""
        w, n = self.weights, len(self.weights)
        unknown = ", ".join(f"{name} {count}" for name, count in self.unknown.items())
        lines = [
            f"Interviews: {n}, raked to margins of {', '.join(self.variables)}.",
            f"Weights from {w.min():.2f} to {w.max():.2f}, mean 1; trimmed at {GREATEST_WEIGHT:g}: {self.trimmed}.",
            f"Greatest distance of a margin from its target: {self.off:.2f} percentage points.",
            f"Design effect of weighting (Kish): {self.design_effect:.2f}.",
            f"Effective sample size: {n / self.design_effect:.0f}.",
            f"Without a code, their share kept as it is: {unknown}.",
            SELF_SELECTED,
        ]
        return "\n".join(lines) + "\n"


def weight_column(variables: Iterable[str]) -> Column:
    """The column of the weights that are raked to margins of these variables."""
    label = f"Weight, raked to margins of {', '.join(variables)}, trimmed at {GREATEST_WEIGHT:g}; its mean is 1"
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
    return margins


def _invalid(path: Path, reason: str) -> UserError:
    return UserError("margins_invalid", path=path, reason=reason)


def _margin(path: Path, line: int, row: Mapping[str, str], instrument: Instrument) -> tuple[str, Codes, float]:
    variable = (row["variable"] or "").strip()
    if variable not in VARIABLES:
        raise _invalid(path, f"line {line}: {variable!r} is none of {', '.join(VARIABLES)}")
    scale = instrument.scale_of(instrument.question(variable))
    known = {str(category.code) for category in scale.categories if not category.screens_out} if scale else set()
    codes = (row["code"] or "").split()
    if not codes or not set(codes) <= known:
        raise _invalid(path, f"line {line}: {variable} has no code {row['code']!r}")
    try:
        share = float(row["share"])
    except (TypeError, ValueError):
        share = -1.0
    if not 0 < share <= 100:
        raise _invalid(path, f"line {line}: the share {row['share']!r} is no number above 0 and up to 100")
    return variable, tuple(sorted(map(int, codes))), share


def rake(rows: pa.Table, margins: Margins, path: Path) -> Weighting:
    """Weights for the rows of the record; raises `UserError` (margins_invalid) where no weights can reach the margins.

    `path` is where the margins come from, for the message.
    """
    if rows.num_rows == 0:
        raise _invalid(path, "there are no interviews to weight")
    groups = pd.DataFrame({name: _groups(rows.column(name), name, margins[name], path) for name in margins})
    targets = {name: _targets(groups[name], name, margins[name], path) for name in margins}
    weights = _raked(groups, targets, cap=0)
    if _off(groups, targets, weights) > REACHED:
        raise _invalid(path, "no weights reach all shares at once: they contradict each other for these interviews")
    trimmed = int((weights > GREATEST_WEIGHT).sum())
    if trimmed:
        weights = _raked(groups, targets, cap=GREATEST_WEIGHT)
    unknown = {name: int((groups[name] == _NOT_KNOWN).sum()) for name in margins}
    return Weighting(weights, tuple(margins), trimmed, _off(groups, targets, weights), unknown)


def _groups(column: pa.ChunkedArray, name: str, shares: Mapping[Codes, float], path: Path) -> NDArray[np.int8]:
    """For each row the first of the codes it is taken together with; raises where a code has no share."""
    codes = column.fill_null(0).to_numpy().astype(np.int8)
    lookup = np.full(128, -1, dtype=np.int8)
    lookup[[0, 66, 77, 88, 99]] = _NOT_KNOWN
    for together in shares:
        lookup[list(together)] = together[0]
    groups: NDArray[np.int8] = lookup[codes]
    if (groups < 0).any():
        raise _invalid(
            path, f"{name} {codes[groups < 0][0]} has respondents and no share. Give one, or list it with another"
        )
    return groups


def _targets(groups: pd.Series[int], name: str, shares: Mapping[Codes, float], path: Path) -> dict[int, float]:
    found = groups.value_counts()
    unknown = 100 * found.get(_NOT_KNOWN, 0) / len(groups)
    targets = {together[0]: share * (100 - unknown) / sum(shares.values()) for together, share in shares.items()}
    if empty := [code for code in targets if code not in found.index]:
        raise _invalid(path, f"{name} {empty[0]} has a share and no respondents. List its code with another")
    return targets | ({_NOT_KNOWN: unknown} if unknown else {})


def _raked(groups: pd.DataFrame, targets: Mapping[str, Mapping[int, float]], cap: float) -> NDArray[np.float64]:
    scheme = weightipy.scheme_from_dict(dict(targets), name="margins", rim_params={"cap": cap})
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what we check ourselves
        weights = weightipy.weight(groups, scheme)
    return weights.to_numpy(dtype=np.float64) / float(weights.mean())


def _off(groups: pd.DataFrame, targets: Mapping[str, Mapping[int, float]], weights: NDArray[np.float64]) -> float:
    shares = {name: np.bincount(groups[name], weights, 100) * 100 / weights.sum() for name in targets}
    return max(abs(shares[name][code] - share) for name, wanted in targets.items() for code, share in wanted.items())


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
