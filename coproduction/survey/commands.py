"""`coproduction instrument`: the questionnaire as a form."""

from __future__ import annotations

import argparse
from pathlib import Path

from sqlalchemy.engine import Engine

from coproduction.survey.instrument import current_instrument
from coproduction.survey.xlsform import write_xlsform


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; it sets `run(arguments, engine) -> exit code`."""
    parser = commands.add_parser("instrument", help="write the questionnaire as a form for field interviewers")
    parser.add_argument("--format", choices=["xlsform"], default="xlsform")
    parser.add_argument("--output", type=Path, metavar="FILE", required=True, help="an Excel file, like form.xlsx")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, _engine: Engine) -> int:
    instrument = current_instrument()
    write_xlsform(instrument, arguments.output)
    print(f"{arguments.output} asks what {instrument.identifier} asks.")
    return 0
