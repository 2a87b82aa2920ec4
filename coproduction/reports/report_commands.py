"""`coproduction report` and `coproduction counts`: tables about groups, for officials."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sqlalchemy.engine import Engine
from tqdm import tqdm

from coproduction.council import read_council
from coproduction.reports.export import count_interviews
from coproduction.reports.export_commands import add_selection, selection_of
from coproduction.reports.participation import (
    GroupTable,
    participation,
    print_group_table,
    without_a_record,
    write_group_csv,
)
from coproduction.settings import read_settings
from coproduction.survey.versions import known_versions, line_up
from coproduction.whole_files import replacing


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands; each sets `run(arguments, engine) -> exit code`."""
    report = commands.add_parser("report", help="who takes part: interviews by sector, age group and how they ended")
    add_selection(report)
    report.set_defaults(run=_report)
    counts = commands.add_parser("counts", help="how many refused or were too young, by month")
    counts.set_defaults(run=_counts)
    for command in (report, counts):
        command.add_argument("--output", type=Path, metavar="FILE", help="a CSV file instead of text on the screen")


def _report(arguments: argparse.Namespace, engine: Engine) -> int:
    selection, instrument = selection_of(arguments, engine), line_up(known_versions())
    total = count_interviews(engine, selection.of_all_parts())
    with tqdm(total=total, unit=" interviews", file=sys.stderr, disable=None, leave=False) as progress:
        table = participation(engine, instrument, selection, _smallest_group(), progress.update)
    return _give(table, arguments.output)


def _counts(arguments: argparse.Namespace, engine: Engine) -> int:
    return _give(without_a_record(engine, _smallest_group()), arguments.output)


def _smallest_group() -> int:
    return read_council(read_settings().council_file).smallest_group


def _give(table: GroupTable, path: Path | None) -> int:
    if path is None:
        print_group_table(table, sys.stdout)
        return 0
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        write_group_csv(table, file)
    return 0
