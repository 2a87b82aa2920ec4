"""XLSX: the table on one sheet, on several where it is longer than a sheet, and its codes on the last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from coproduction.reports.columns import Column
from coproduction.reports.table import Table, neutralise, value_labels

SHEET_ROWS = 1_048_576
"""The rows of an Excel sheet, the header among them; a longer table goes on on the next sheet."""

_OPTIONS = {
    "constant_memory": True,  # each row goes to disk when the next one begins
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "remove_timezone": True,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}


def write_xlsx(table: Table, path: Path, sheet_rows: int = SHEET_ROWS) -> None:
    """Write a table as an Excel workbook. Times are UTC; what would be a formula is text with a leading apostrophe."""
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties({"title": table.title, "comments": table.note})
        sheets, row = 1, 1
        sheet = _sheet(book, table, sheets)
        for page in table.pages:
            for cells in zip(*(_cells(column) for column in page.columns), strict=True):
                if row == sheet_rows:
                    sheets, row = sheets + 1, 1
                    sheet = _sheet(book, table, sheets)
                sheet.write_row(row, 0, cells)
                row += 1
        _write_codes(book, table)


def _sheet(book: xlsxwriter.Workbook, table: Table, number: int) -> Worksheet:
    sheet = book.add_worksheet(table.name if number == 1 else f"{table.name} {number}")
    sheet.freeze_panes(1, 1)
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, _width(column))
    sheet.write_row(0, 0, [neutralise(column.name) for column in table.columns])
    return sheet


def _width(column: Column) -> int:
    return {"text": 24, "time": 19}.get(column.kind, max(8, len(column.name) + 2))


def _cells(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return [value and neutralise(value) for value in values] if pa.types.is_string(column.type) else values


def _write_codes(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet("codes")
    sheet.set_column(1, 3, 40)
    rows: list[list[Any]] = [["variable", "label", "code", "meaning"]]
    for column in table.columns:
        codes = value_labels(column) or {"": ""}
        for code, meaning in codes.items():
            rows.append([neutralise(column.name), neutralise(column.label), code, neutralise(meaning)])
    for position, cells in enumerate([*rows, [], [neutralise(table.note)]]):
        sheet.write_row(position, 0, cells)
