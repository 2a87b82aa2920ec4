"""`coproduction import-responses`: what field interviewers bring back."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from sqlalchemy.engine import Engine

from coproduction.council import read_council
from coproduction.records.field_interviews import import_responses
from coproduction.records.retention import SECONDS_A_DAY
from coproduction.settings import read_settings
from coproduction.survey.versions import known_versions, line_up


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; it sets `run(arguments, engine) -> exit code`."""
    parser = commands.add_parser(
        "import-responses", help="bring in the answers of field interviewers (CSV of the form)"
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="check the file and say what would be done")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, engine: Engine) -> int:
    council = read_council(read_settings().council_file)
    days = council.keep_answers_days
    since = 0 if days is None else time.time() - days * SECONDS_A_DAY
    versions = line_up(known_versions())
    done = import_responses(engine, arguments.file, versions, council.country, arguments.dry_run, since)
    print(
        f"{'Would import' if arguments.dry_run else 'Imported'}: {done.new} new, {done.known} known already, "
        f"{done.refused} without consent and {done.ineligible} under 13 (counted only)."
    )
    if done.expired:
        print(f"Left out: {done.expired} older than interviews are kept (keep_answers_days in council.yml).")
    return 0
