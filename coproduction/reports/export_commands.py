"""`coproduction export`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from tqdm import tqdm

from coproduction.council import read_council
from coproduction.errors import UserError
from coproduction.records.tables import interviews
from coproduction.reports.export import count_interviews, interviews_table
from coproduction.reports.files import WRITERS, format_of, write_file
from coproduction.reports.files.delimited import print_csv
from coproduction.reports.files.excel import refuse_more_rows
from coproduction.reports.files.json_lines import print_jsonl
from coproduction.reports.files.staged import staged
from coproduction.reports.matches import matches_table
from coproduction.reports.paradata import paradata_table
from coproduction.reports.people import people_table
from coproduction.reports.selection import Selection, refuse_unknown
from coproduction.reports.table import Table
from coproduction.reports.weighting import Margins, rake, read_margins, weighted
from coproduction.settings import read_settings
from coproduction.survey.modes import MODES
from coproduction.survey.versions import known_versions, line_up
from coproduction.whole_files import replacing

TABLES = {
    "interviews": interviews_table,
    "matches": matches_table,
    "paradata": paradata_table,
    "people": people_table,
}
"""What can be exported."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; it sets `run(arguments, engine) -> exit code`."""
    export = commands.add_parser("export", help="write the record: interviews, matches, paradata or people")
    export.add_argument(
        "--table",
        choices=list(TABLES),
        default="interviews",
        help="matches: one row per suggestion; paradata: how each went; people: which are of one person",
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="a file instead of standard output")
    export.add_argument("--format", choices=list(WRITERS), help="by the file's ending, else CSV")
    add_selection(export)
    export.add_argument("--complete-only", action="store_true", help="leave out partial interviews and break-offs")
    export.add_argument("--weights", type=Path, metavar="MARGINS.csv", help="add weights raked to these margins")
    export.set_defaults(run=_export)


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which interviews a table is about."""
    day: dict[str, Any] = {"type": _day, "metavar": "YYYY-MM-DD"}
    parser.add_argument("--from", dest="first_day", help="only interviews begun on this day (UTC) or later", **day)
    parser.add_argument("--to", dest="last_day", help="only interviews begun on this day (UTC) or before", **day)
    parser.add_argument("--mode", nargs="+", default=[], help="only interviews held in these ways, like web")
    parser.add_argument("--language", nargs="+", default=[], help="only interviews in these languages, like en")


def selection_of(arguments: argparse.Namespace, engine: Engine) -> Selection:
    """The selection that the options ask for; raises `UserError` (days_reversed, not_among)."""
    first, last = arguments.first_day, arguments.last_day
    if first and last and first > last:
        raise UserError("days_reversed", first=first, last=last)
    if arguments.mode:
        refuse_unknown(engine, "--mode", interviews.c.mode, arguments.mode, MODES)
    if arguments.language:
        languages = read_council(read_settings().council_file).languages
        refuse_unknown(engine, "--language", interviews.c.language, arguments.language, languages)
    complete_only = getattr(arguments, "complete_only", False)
    return Selection(first, last, tuple(arguments.mode), tuple(arguments.language), complete_only)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-25") from None


def _export(arguments: argparse.Namespace, engine: Engine) -> int:
    selection = selection_of(arguments, engine)
    file_format = format_of(arguments.output, arguments.format)
    if arguments.output is None and file_format not in ("csv", "jsonl"):
        raise UserError("output_needed", format=file_format)
    instrument = line_up(known_versions())
    if instrument.history:  # a CSV file has no place for it
        print(instrument.history, file=sys.stderr)
    if arguments.weights is not None and arguments.table != "interviews":
        raise UserError("weights_for_interviews")
    margins = read_margins(arguments.weights, instrument) if arguments.weights else None
    total = count_interviews(engine, selection)
    if file_format == "xlsx" and arguments.table in ("interviews", "paradata") and not selection.complete_only:
        refuse_more_rows(total)  # before the work is done
    with tqdm(total=total, unit=" interviews", file=sys.stderr, disable=None) as progress:  # None: off a terminal
        table = TABLES[arguments.table](engine, instrument, selection, progress.update)
        if margins is None:
            _write(table, arguments.output, file_format)
        else:
            _write_weighted(table, margins, arguments, file_format)
    return 0


def _write(table: Table, path: Path | None, file_format: str) -> None:
    if path is not None:
        write_file(table, path, file_format)
    elif file_format == "csv":
        print_csv(table, sys.stdout)
    else:
        print_jsonl(table, sys.stdout.buffer)


def _write_weighted(table: Table, margins: Margins, arguments: argparse.Namespace, file_format: str) -> None:
    """Write the table with weights, and how they were made beside it and on standard error."""
    path: Path | None = arguments.output
    with staged(table, path or Path(tempfile.gettempdir(), "export")) as rows:
        smallest = read_council(read_settings().council_file).smallest_group
        weighting = rake(rows, margins, arguments.weights, smallest)
        _write(weighted(table, rows, weighting), path, file_format)
    print(weighting.report(), end="", file=sys.stderr)
    if path is not None:
        with replacing(path.with_name(f"{path.name}.weighting.txt")) as beside:
            beside.write_text(weighting.report(), encoding="utf-8")
