"""CSV: UTF-8, comma, header row. What a spreadsheet would run as a formula gets a leading apostrophe."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa

from coproduction.reports.table import Table, iso, neutralise


def write_csv(table: Table, path: Path) -> None:
    """Write a table as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        print_csv(table, file)


def print_csv(table: Table, output: TextIO) -> None:
    """Write a table as CSV to an open text file."""
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([neutralise(column.name) for column in table.columns])
    for page in table.pages:
        writer.writerows(zip(*(_cells(column) for column in page.columns), strict=True))


def _cells(column: pa.Array) -> Iterable[Any]:
    values = column.to_pylist()
    if pa.types.is_string(column.type):
        return [value and neutralise(value) for value in values]
    return [iso(value) for value in values] if pa.types.is_timestamp(column.type) else values
