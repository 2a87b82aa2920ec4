"""SPSS (.sav): labels, value labels, user-missing codes, levels of measurement, rows compressed.

pyreadstat takes a data frame, not pages. So the pages go to a file first, and the frame's columns are mapped from
it: it looks like one frame and is never in memory as a whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyreadstat

from coproduction.errors import UserError
from coproduction.reports.columns import Column
from coproduction.reports.files.staged import staged
from coproduction.reports.table import Table, value_labels
from coproduction.survey.instrument import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE, REFUSAL

SPSS_EPOCH = 12_219_379_200
"""Seconds from the beginning of SPSS's calendar, 1582-10-14, to 1970-01-01."""

MISSING_NUMBERS: list[Any] = [{"lo": REFUSAL, "hi": NO_ANSWER}, NOT_APPLICABLE]
"""SPSS takes three values, or one range and one value. Nothing else lies between 77 and 99 on any scale."""

MISSING_TEXTS: list[Any] = [str(code) for code in (REFUSAL, DONT_KNOW, NO_ANSWER)]
"""For texts SPSS takes three values and no range: 66 has its label only."""


WIDEST = 40
"""Signs of a column on the screen, enough for an identifier; a longer text is there all the same."""

LONGEST_TEXT = 32_767
"""Bytes of a text in an SPSS file; what is longer is cut there."""


def write_sav(table: Table, path: Path) -> None:
    """Write a table as an SPSS file. Times are UTC; spaces at the end of a text are lost."""
    with staged(table, path) as rows:
        frame = _for_spss(rows).to_pandas(types_mapper=pd.ArrowDtype)
        columns = {column.name: column for column in table.columns}
        try:
            pyreadstat.write_sav(
                frame,
                path,
                file_label=table.title[:64],
                note=_note_lines(table.note),
                row_compress=True,
                column_labels={name: column.label for name, column in columns.items()},
                variable_value_labels={name: labels for name, c in columns.items() if (labels := value_labels(c))},
                missing_ranges={
                    name: MISSING_NUMBERS if c.kind == "code" else MISSING_TEXTS
                    for name, c in columns.items()
                    if c.missing
                },
                variable_measure={name: column.measure for name, column in columns.items()},
                variable_display_width={name: _width(c, rows.column(name)) for name, c in columns.items()},
                variable_format={name: form for name, c in columns.items() if (form := _format(c))},
            )
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise UserError("not_written", reason=error) from error
        finally:
            del frame  # before the file it is mapped from goes


def _for_spss(rows: pa.Table) -> pa.Table:
    """The table with times as SPSS counts them and no text too long; only what changes is made in memory."""
    for position, field in enumerate(rows.schema):
        column = rows.column(position)
        if pa.types.is_timestamp(field.type):
            seconds = pc.cast(pc.divide(pc.cast(column, pa.int64()), 1000), pa.float64())
            rows = rows.set_column(position, field.name, pc.add(seconds, float(SPSS_EPOCH)))
        elif pa.types.is_string(field.type) and (pc.max(pc.binary_length(column)).as_py() or 0) > LONGEST_TEXT:
            short = [value and value.encode()[:LONGEST_TEXT].decode(errors="ignore") for value in column.to_pylist()]
            rows = rows.set_column(position, field.name, pa.chunked_array([short], pa.string()))
    return rows


def _format(column: Column) -> str | None:
    if column.kind == "time":
        return "DATETIME20"
    if column.kind == "code":
        return "F2.0"
    return f"F8.{column.decimals}" if column.kind == "number" else None


def _width(column: Column, values: pa.ChunkedArray) -> int:
    """Signs that a column is wide on the screen: its name and what is in it, up to `WIDEST`."""
    widest = {"time": 20, "code": 2, "number": 8 + column.decimals}.get(column.kind)
    if widest is None:
        widest = pc.max(pc.utf8_length(values)).as_py() or 0
    return min(max(widest, len(column.name)), WIDEST)


def _note_lines(note: str, width: int = 80) -> list[str]:
    """Words in lines of at most 80 signs, as SPSS's documents have them."""
    lines = [""]
    for word in note.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
