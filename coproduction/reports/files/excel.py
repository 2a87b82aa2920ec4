"""XLSX: the table on the first sheet, its codes on the second."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from coproduction.errors import UserError
from coproduction.reports.columns import Column
from coproduction.reports.table import Table, neutralise, value_labels

MOST_ROWS = 1_048_575
"""The rows of an Excel sheet but the header. More are refused: programs that read a workbook take its first sheet."""

_OPTIONS = {
    "constant_memory": True,  # each row goes to disk when the next one begins
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "remove_timezone": True,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}


def write_xlsx(table: Table, path: Path, most_rows: int = MOST_ROWS) -> None:
    """Write a table as an Excel workbook. Times are UTC; what would be a formula is text with a leading apostrophe.

    Raises `UserError` (too_many_rows) where the table is longer than a sheet, not_written where the disk is full.
    """
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder, _LateErrors(path, "wb") as file:
        try:
            with xlsxwriter.Workbook(file, {**_OPTIONS, "tmpdir": folder}) as book:
                _write(table, book, most_rows)
            return
        except FileCreateError as error:
            reason = str(error)
        raise UserError("not_written", reason=reason)  # when the archive is gone, which ends itself in `file`


def _write(table: Table, book: xlsxwriter.Workbook, most_rows: int) -> None:
    book.set_properties({"title": table.title, "comments": table.note})
    sheet, written = _sheet(book, table), 0
    for page in table.pages:
        refuse_more_rows(written + page.num_rows, most_rows)
        for cells in zip(*map(_cells, page.columns), strict=True):
            written += 1
            sheet.write_row(written, 0, cells)
    _write_codes(book, table)


class _LateErrors(io.FileIO):
    """A file that says on closing that it could not be written.

    Said earlier, it makes zipfile try to end the archive again when the archive is collected, and then nobody can catch
    what goes wrong.
    """

    _error: OSError | None = None

    def write(self, data: Any) -> int:
        rest = memoryview(data)
        try:
            while rest and self._error is None:
                rest = rest[super().write(rest) :]
        except OSError as error:
            self._error = error
        return len(data)

    def close(self) -> None:
        super().close()
        if self._error is not None:
            error, self._error = self._error, None
            raise error


def refuse_more_rows(rows: int, most_rows: int = MOST_ROWS) -> None:
    """Raise `UserError` (too_many_rows) where there are more rows than fit on a sheet."""
    if rows > most_rows:
        raise UserError("too_many_rows", most=f"{most_rows:,}")


def _sheet(book: xlsxwriter.Workbook, table: Table) -> Worksheet:
    sheet = book.add_worksheet(table.name)
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
