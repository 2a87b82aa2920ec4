"""A table on its way to a file: its columns, and its rows page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import msgspec
import pyarrow as pa

from coproduction.reports.columns import Column

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# Where semicolons separate columns (German, French, Danish and Czech spreadsheets) a text is split at them too;
# ";-)" is no formula.
_FORMULA_INSIDE = re.compile(r"(?<=;)(?=[=+@＝＋－＠]|-[^)])")


@dataclass(frozen=True)
class Table:
    """A table whose rows are never all in memory: `pages` yields them in order, with the schema of the columns."""

    name: str
    title: str
    note: str
    columns: list[Column]
    pages: Iterable[pa.RecordBatch]

    @property
    def schema(self) -> pa.Schema:
        """The columns as Arrow types, with title, note and labels as metadata."""
        about = {"title": self.title, "note": self.note}
        return schema_of(self.columns).with_metadata(about)


def schema_of(columns: Iterable[Column]) -> pa.Schema:
    """Arrow fields of columns. Labels and codes stand in each field's metadata (`value_labels`, `missing`: JSON)."""
    return pa.schema([pa.field(c.name, _arrow_type(c), metadata=_about(c)) for c in columns])


def page(rows: list[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as a page; a name that a row has not is an empty cell."""
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def moment(seconds: float | None) -> datetime | None:
    """Seconds since 1970 as a UTC time, to the second."""
    return None if seconds is None else datetime.fromtimestamp(int(seconds), tz=timezone.utc)


def iso(when: datetime | None) -> str | None:
    """A UTC time as ISO 8601 with `Z`."""
    return None if when is None else when.strftime("%Y-%m-%dT%H:%M:%SZ")


def neutralise(text: str) -> str:
    """A text that starts no formula in a spreadsheet: a leading apostrophe where it would."""
    if text.lstrip(" ").startswith(FORMULA_STARTS):
        text = f"'{text}"
    return _FORMULA_INSIDE.sub("'", text)


def value_labels(column: Column) -> dict[Any, str]:
    """What each code of a column means, missing codes included."""
    if column.kind == "code":
        return {category.code: category.label for category in (*column.categories, *column.missing)}
    named: dict[Any, str] = dict(column.text_codes)
    return named | {str(category.code): category.label for category in column.missing}


def _arrow_type(column: Column) -> pa.DataType:
    if column.kind == "number":
        return pa.float64() if column.decimals else pa.int32()
    return {"text": pa.string(), "time": pa.timestamp("ms", tz="UTC"), "code": pa.int8()}[column.kind]


def _about(column: Column) -> dict[str, str]:
    about = {"label": column.label, "measure": column.measure}
    if labels := value_labels(column):
        about["value_labels"] = msgspec.json.encode({str(code): label for code, label in labels.items()}).decode()
    if column.missing:
        about["missing"] = msgspec.json.encode([category.code for category in column.missing]).decode()
    return about
