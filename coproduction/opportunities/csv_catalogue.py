"""Reading the council's own catalogue: a CSV file with the template's columns (docs/catalogue.md)."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Any

from coproduction.opportunities.columns import COLUMNS, contradictions, missing_to_publish, read_value
from coproduction.opportunities.model import Status
from coproduction.opportunities.reading import Item, Reading, RowError
from coproduction.survey.scoring import effort_band

TEMPLATE = tuple(COLUMNS)
"""The header of a catalogue file."""

NAME_SHOWN = 40
"""Characters of an unknown column's name."""


class HeaderError(ValueError):
    """The first line does not hold the template's columns; the message names those that are wrong."""


def decode(content: bytes) -> str:
    """The text of a file as spreadsheets write it: UTF-8 or UTF-16 with a byte order mark, UTF-8, or Windows-1252.

    Raises UnicodeDecodeError where it is none of them.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def read_csv(content: bytes) -> Reading:
    """Read a catalogue file whole, with every error in it. Raises `HeaderError` where its columns are wrong."""
    try:
        text = decode(content)
    except UnicodeDecodeError:
        return _unusable("the file is not text in UTF-8 or Windows-1252")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(header)
        return _read_rows(header, reader)
    except csv.Error as error:
        return _unusable(f"the quotes are broken ({error})", reader.line_num)


def _unusable(reason: str, line: int = 1) -> Reading:
    return Reading([], [RowError(f"line {line}", "", reason)], frozenset())


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _check_header(header: list[str]) -> None:
    columns = list(dict.fromkeys(header))
    known = (*TEMPLATE, "status")
    wrong = {
        "missing": [column for column in TEMPLATE if column not in header],
        "unknown": [column for column in columns if column not in known],
        "there twice": [column for column in columns if column in known and header.count(column) > 1],
    }
    if any(wrong.values()):
        raise HeaderError("; ".join(f"{what}: {_named(names)}" for what, names in wrong.items() if names))


def _named(columns: list[str]) -> str:
    """The names, cut where a file that is no catalogue gives long ones or many."""
    shown = [column[:NAME_SHOWN] or "(no name)" for column in columns[: len(TEMPLATE)]]
    return ", ".join(shown) + (f" and {more} more" if (more := len(columns) - len(shown)) else "")


def _read_rows(header: list[str], reader: Any) -> Reading:
    items: list[Item] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            item, found = _read_row(header, cells, f"line {line}")
            errors += found
            if item and (first := seen.setdefault(item.external_id, line)) != line:
                errors.append(RowError(f"line {line}", "id", f"{item.external_id} is already on line {first}"))
            elif item:
                items.append(item)
        line = reader.line_num + 1
    return Reading(items, errors, frozenset(seen))


def _read_row(header: list[str], cells: list[str], where: str) -> tuple[Item | None, list[RowError]]:
    if len(cells) != len(header):
        return None, [RowError(where, "", f"has {len(cells)} cells, but the header has {len(header)}")]
    values: dict[str, Any] = {}
    errors = []
    for column, cell in zip(header, cells, strict=True):
        try:
            values[column] = read_value(column, cell)
        except ValueError as error:  # noqa: PERF203 - every cell's error is wanted
            errors.append(RowError(where, column, str(error)))
    if errors:
        return None, errors
    stated = Status(status) if (status := values.pop("status", None)) else None
    if values["effort"] is None and values["minutes_per_month"] is not None:
        values["effort"] = effort_band(values["minutes_per_month"])
    errors += [RowError(where, column, reason) for column, reason in contradictions(values)]
    if stated in (None, Status.PUBLISHED):
        errors += [RowError(where, column, "is empty, and must not be") for column in missing_to_publish(values)]
    return (None, errors) if errors else (Item(values.pop("id"), values, stated), [])
