"""JSON lines: one object a line; `null` where a question was not asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa

from coproduction.reports.table import Table, iso


def write_jsonl(table: Table, path: Path) -> None:
    """Write a table as a file of JSON lines."""
    with path.open("wb") as file:
        print_jsonl(table, file)


def print_jsonl(table: Table, output: BinaryIO) -> None:
    """Write a table as JSON lines to an open file."""
    encoder = msgspec.json.Encoder()
    names = [column.name for column in table.columns]
    for page in table.pages:
        rows = zip(*(_values(column) for column in page.columns), strict=True)
        output.writelines(encoder.encode(dict(zip(names, row, strict=True))) + b"\n" for row in rows)


def _values(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return [iso(value) for value in values] if pa.types.is_timestamp(column.type) else values
