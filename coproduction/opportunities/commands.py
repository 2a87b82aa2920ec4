"""`coproduction opportunities …`: import, review, list."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.errors import UserError
from coproduction.opportunities.importing import import_file
from coproduction.opportunities.model import Opportunity
from coproduction.opportunities.review import Draft, drafts, publish, reject
from coproduction.survey.topics import current_topics

EDITABLE = ("sector", "effort", "company", "place", "topics", "min_age", "minutes_per_month", "first_step", "link")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands about the catalogue; each sets `run(arguments, engine) -> exit code`."""
    parser = subparsers.add_parser("opportunities", help="the catalogue: import, review, list")
    commands = parser.add_subparsers(dest="opportunities_command", required=True, metavar="COMMAND")
    _add_import(commands.add_parser("import", help="bring in a CSV catalogue or a volunteering feed (JSON-LD)"))
    _add_review(commands.add_parser("review", help="look at drafts, publish or reject them"))
    listing = commands.add_parser("list", help="all opportunities with their status")
    listing.set_defaults(run=_list)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--source", help="the name of the source that this file is the complete list of")
    parser.add_argument(
        "--skip-errors", action="store_true", help="import a feed's good items although others have errors"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    parser.set_defaults(run=_import)


def _add_review(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="the drafts with what is suggested for each (the default)")
    what.add_argument("--publish", nargs="+", metavar="ID", help="publish these")
    what.add_argument(
        "--publish-all-sure", type=float, metavar="0..1", help="publish all drafts that are at least so sure"
    )
    what.add_argument("--reject", nargs="+", metavar="ID", help="withdraw these for good")
    for column in EDITABLE:
        parser.add_argument(f"--{column.replace('_', '-')}", help=f"set {column} of what is published")
    parser.set_defaults(run=_review)


def _import(arguments: argparse.Namespace, engine: Engine) -> int:
    result = import_file(engine, arguments.file, arguments.source, arguments.skip_errors, arguments.dry_run)
    for error in result.errors:
        print(f"left out: {error}")
    numbers = ("new", "changed", "unchanged", "withdrawn", "returned")
    counted = ", ".join(f"{getattr(result, name)} {name}" for name in numbers)
    print(f"{'Would be imported' if arguments.dry_run else 'Imported'} from {result.source}: {counted}.")
    return 0


def _review(arguments: argparse.Namespace, engine: Engine) -> int:
    edits = {column: value for column in EDITABLE if (value := getattr(arguments, column)) is not None}
    if arguments.reject:
        print(f"Withdrawn: {reject(engine, arguments.reject)}.")
    elif arguments.publish:
        print(f"Published: {publish(engine, arguments.publish, edits)}.")
    elif arguments.publish_all_sure is not None:
        return _publish_sure(engine, arguments.publish_all_sure, edits)
    else:
        _print_drafts(drafts(engine))
    return 0


def _publish_sure(engine: Engine, least: float, edits: dict[str, str]) -> int:
    published = 0
    for draft in drafts(engine):
        if draft.sure < least:
            break
        try:
            published += publish(engine, [draft.id], edits)
        except UserError as error:
            print(f"left a draft: {error}")
    print(f"Published: {published}.")
    return 0


def _print_drafts(found: list[Draft]) -> None:
    for draft in found:
        over = f", over since {draft.ends_on}" if draft.ends_on and draft.ends_on < date.today() else ""
        print(f"{draft.id}  {draft.title}")
        print(f"    from age {draft.min_age}, place {draft.place or 'not given'}{over}  {draft.link or ''}")
        for column, guess in draft.suggested.items():
            print(f"    {column}: {_shown(column, guess.value)} ({guess.sure:.0%} sure)")
    print(f"{len(found)} drafts. Publish with: coproduction opportunities review --publish ID --place 2")


def _shown(column: str, value: object) -> str:
    if column != "topics":
        return str(value)
    return ", ".join(current_topics().label(name) for name in str(value).split())


def _list(_arguments: argparse.Namespace, engine: Engine) -> int:
    query = sa.select(Opportunity.id, Opportunity.status, Opportunity.sector, Opportunity.effort, Opportunity.title)
    with engine.connect() as connection:
        for row in connection.execute(query.order_by(Opportunity.status, Opportunity.sector, Opportunity.id)):
            print(row.status, row.id, row.sector or "-", "-" if row.effort is None else row.effort, row.title, sep="\t")
    return 0
