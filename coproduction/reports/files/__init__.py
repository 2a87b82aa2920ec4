"""The file formats of an export. Each writer takes a table page by page and keeps no more than a page in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from coproduction.errors import UserError
from coproduction.reports.files.delimited import write_csv
from coproduction.reports.files.excel import write_xlsx
from coproduction.reports.files.json_lines import write_jsonl
from coproduction.reports.files.parquet import write_parquet
from coproduction.reports.files.spss import write_sav
from coproduction.reports.table import Table
from coproduction.whole_files import replacing

WRITERS: dict[str, Callable[[Table, Path], None]] = {
    "csv": write_csv,
    "sav": write_sav,
    "parquet": write_parquet,
    "xlsx": write_xlsx,
    "jsonl": write_jsonl,
}
"""Format, which is also the file's ending → what writes it."""


def format_of(path: Path | None, wanted: str | None) -> str:
    """The format that was asked for, else the one a file's ending names, else CSV.

    Raises `UserError` (unknown_ending) where the ending names another format than these.
    """
    if wanted is not None or path is None or path.suffix == "":
        return wanted or "csv"
    ending = path.suffix[1:].lower()
    if ending not in WRITERS:
        raise UserError("unknown_ending", path=path, formats=", ".join(WRITERS))
    return ending


def write_file(table: Table, path: Path, file_format: str) -> None:
    """Write a table; a file that was there before stays until the new one is whole, and then is replaced by it."""
    with replacing(path) as beside:
        WRITERS[file_format](table, beside)
