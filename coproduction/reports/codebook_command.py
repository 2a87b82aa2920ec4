"""`coproduction codebook`: what each variable and code of the export means."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from datetime import datetime, timezone
from pathlib import Path
from typing import TextIO

from sqlalchemy.engine import Engine

from coproduction.council import read_council
from coproduction.reports.codebook import write_codebook_csv, write_codebook_markdown
from coproduction.reports.ddi import write_ddi
from coproduction.reports.study import Study, read_study
from coproduction.settings import read_settings
from coproduction.survey.versions import Versions, known_versions, line_up

FORMATS = {".csv": "csv", ".xml": "ddi", ".md": "markdown"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; it sets `run(arguments, engine) -> exit code`."""
    parser = commands.add_parser("codebook", help="write what each variable and code means")
    parser.add_argument("--format", choices=["csv", "ddi", "markdown"], help="by the file's ending, else Markdown")
    parser.add_argument("--output", type=Path, metavar="FILE", help="a file instead of standard output")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, engine: Engine) -> int:
    ending = arguments.output.suffix if arguments.output else ""
    chosen = arguments.format or FORMATS.get(ending, "markdown")
    study, versions = read_study(engine), known_versions()
    for identifier in study.instruments:
        line_up(versions).of_version(identifier)
    file = arguments.output.open("w", encoding="utf-8", newline="") if arguments.output else nullcontext(sys.stdout)
    with file as output:
        _write(chosen, study, versions, output)
    return 0


def _write(chosen: str, study: Study, versions: Versions, output: TextIO) -> None:
    if chosen == "csv":
        write_codebook_csv(versions, output)
    elif chosen == "ddi":
        council = read_council(read_settings().council_file)
        write_ddi(study, versions, council.name, datetime.now(timezone.utc).date(), output)
    else:
        write_codebook_markdown(study, versions, output)
