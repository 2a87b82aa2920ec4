"""The `coproduction` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from coproduction.secret import read_secret
from coproduction.settings import QUIET_LIBRARIES, Settings, read_settings

os.environ.update({**QUIET_LIBRARIES, **os.environ})  # before the imports that read it

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.database import connect, is_away
from coproduction.errors import UserError
from coproduction.opportunities.commands import add_parser as add_opportunities
from coproduction.private import make_folder
from coproduction.records.backup_commands import add_parser as add_backup
from coproduction.records.commands import add_parser as add_import_responses
from coproduction.records.privacy_commands import add_parser as add_privacy
from coproduction.records.schema import upgrade_schema
from coproduction.reports.codebook_command import add_parser as add_codebook
from coproduction.reports.export_commands import add_parser as add_export
from coproduction.reports.report_commands import add_parser as add_reports
from coproduction.survey.commands import add_parser as add_instrument
from coproduction.survey.instrument import current_instrument

Command = Callable[[argparse.Namespace, Engine], int]


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code. What a person can put right is said in one sentence."""
    parsed = build_parser().parse_args(arguments)
    try:
        settings = read_settings()
        if parsed.command == "serve":
            return _serve(settings)
        if parsed.command == "domain":
            return _write_domain(parsed.file)
        if parsed.command in ("backup", "restore"):
            return int(parsed.run_without_database(parsed, settings))
        return int(parsed.run(parsed, _database(settings)))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except OSError as error:
        print(f"{error.filename or 'A file'} cannot be used: {error.strerror}. Check the path.", file=sys.stderr)
        return 1
    except (sa.exc.ArgumentError, ModuleNotFoundError):
        print(UserError("bad_database_url"), file=sys.stderr)
        return 1
    except sa.exc.DatabaseError as error:
        kind = type(error.orig).__name__
        print(UserError("no_database") if is_away(error) else UserError("not_taken", kind=kind), file=sys.stderr)
        return 1


def build_parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    parser = argparse.ArgumentParser(
        prog="coproduction", description="Interviews, offers and records for co-production."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="prepare everything and run the assistant (make serve)")
    add_codebook(commands)
    add_instrument(commands)
    add_import_responses(commands)
    add_privacy(commands)
    add_backup(commands)
    domain = commands.add_parser("domain", help="write the instrument's questions into domain.yml")
    domain.add_argument("--file", type=Path, default=Path("domain.yml"))
    understand = commands.add_parser("understand", help="what each layer of understanding makes of a text")
    understand.add_argument("text", nargs="?", help="what a citizen might type")
    understand.add_argument("--question", metavar="NAME", help="the question it is typed at, like env1 or effort")
    understand.add_argument("--answered", metavar="NAME", nargs="+", default=[], help="questions answered before")
    understand.add_argument("--language", default="en")
    understand.add_argument("--review", action="store_true", help="turn texts that were not understood into examples")
    understand.set_defaults(run=_understand)
    add_export(commands)
    add_reports(commands)
    add_opportunities(commands)
    return parser


def _database(settings: Settings) -> Engine:
    make_folder(settings.data_dir)
    engine = connect(settings.database_url, secret=read_secret(settings.data_dir))
    upgrade_schema(engine)
    return engine


def _serve(settings: Settings) -> int:
    from coproduction.serve import serve

    return serve(settings)


def _write_domain(file: Path) -> int:
    from coproduction.dialogue.domain import write_domain

    changed = write_domain(file, current_instrument())
    print(f"{file} {'was brought up to date' if changed else 'is up to date'}.")
    return 0


def _understand(arguments: argparse.Namespace, engine: Engine) -> int:
    from coproduction.dialogue.understanding.explain import explain
    from coproduction.dialogue.understanding.language import languages
    from coproduction.dialogue.understanding.model_file import load_classifier
    from coproduction.dialogue.understanding.review import review
    from coproduction.dialogue.understanding.situation import Context
    from coproduction.serve import MODEL

    instrument = current_instrument()
    if arguments.review:
        added = review(engine, instrument, Path("data/nlu") / arguments.language, input, print)
        if added:
            print(f"Examples added: {added}. The model is trained with them when the assistant is started next.")
        return 0
    unknown = [name for name in (arguments.question, *arguments.answered) if name and name not in instrument]
    if unknown:
        raise UserError("unknown_question", name=unknown[0], names=", ".join(q.name for q in instrument.questions))
    if not (arguments.text or "").strip():
        raise UserError("no_text")
    if arguments.language not in languages():
        raise UserError("unknown_language", name=arguments.language, names=", ".join(languages()))
    answered = tuple(arguments.answered)
    context = Context(
        arguments.question, previous=answered[-1] if answered else None, answered=answered, language=arguments.language
    )
    for line in explain(instrument, load_classifier(MODEL).probabilities, arguments.text, context):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
