"""`coproduction codebook`: what each variable and code of the export means."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy.engine import Engine

from coproduction.council import read_council
from coproduction.errors import UserError
from coproduction.reports.codebook import write_codebook_csv, write_codebook_markdown
from coproduction.reports.ddi import write_ddi
from coproduction.reports.study import read_study
from coproduction.reports.weighting import read_margins, weight_column
from coproduction.settings import read_settings
from coproduction.survey.versions import known_versions, line_up
from coproduction.whole_files import written_to

FORMATS = {"csv": "csv", "xml": "ddi", "md": "markdown"}
"""The file's ending → format."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; it sets `run(arguments, engine) -> exit code`."""
    parser = commands.add_parser("codebook", help="write what each variable and code means")
    parser.add_argument("--format", choices=["csv", "ddi", "markdown"], help="by the file's ending, else Markdown")
    parser.add_argument("--output", type=Path, metavar="FILE", help="a file instead of standard output")
    parser.add_argument(
        "--weights", type=Path, metavar="MARGINS.csv", help="describe the weight that export adds with these margins"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, engine: Engine) -> int:
    chosen = _format_of(arguments.output, arguments.format)
    council, versions = read_council(read_settings().council_file), known_versions()
    study, instrument = read_study(engine, council.smallest_group), line_up(versions)
    for identifier in study.instruments:
        instrument.of_version(identifier)
    weight = weight_column(read_margins(arguments.weights, instrument)) if arguments.weights else None
    with written_to(arguments.output) as output:
        if chosen == "csv":
            write_codebook_csv(versions, output, weight)
        elif chosen == "ddi":
            write_ddi(study, versions, council.name, datetime.now(timezone.utc).date(), output, weight)
        else:
            write_codebook_markdown(study, versions, output, weight)
    return 0


def _format_of(path: Path | None, wanted: str | None) -> str:
    """As it was asked for, else by the file's ending, else Markdown; raises `UserError` (unknown_ending)."""
    if wanted is not None or path is None or path.suffix == "":
        return wanted or "markdown"
    ending = path.suffix[1:].lower()
    if ending not in FORMATS:
        raise UserError("unknown_ending", path=path, formats=", ".join(FORMATS))
    return FORMATS[ending]
