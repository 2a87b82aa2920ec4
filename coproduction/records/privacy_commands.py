"""The commands about what is held: erase, erased, subject-access, retain, processing."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.council import read_council
from coproduction.errors import UserError
from coproduction.records.contacts import Contacts, contacts_keys
from coproduction.records.erasure import erase_again, erase_by_reference, erased
from coproduction.records.processing import processing_table
from coproduction.records.retention import retain
from coproduction.records.spool import Spool
from coproduction.records.subject_access import as_text, held_for
from coproduction.records.tables import contacts
from coproduction.secret import read_secret
from coproduction.settings import read_settings
from coproduction.survey.versions import known_versions
from coproduction.whole_files import written_to

LISTED = "erased"
"""The head of a list of what was erased."""

_TOMBSTONE = re.compile(r"[0-9a-f]{64}")

DONE = {
    "contacts": "addresses at messaging services deleted",
    "conversations": "conversations deleted",
    "unclear texts": "texts to learn from deleted",
    "words": "words beside codes deleted, and comments emptied",
    "links": "links to other interviews of the same person deleted",
    "exact times": "interviews of whose times only the day is left, and whose reference codes find them no more",
    "answers": "whole interviews deleted",
    "set aside": "entries of the spool that were set aside deleted",
}
"""What retention does, in words."""


def add_parser(commands: Any) -> None:
    """Add the commands."""
    erase = commands.add_parser("erase", help="delete the interview with a reference code, or those of a list")
    what = erase.add_mutually_exclusive_group(required=True)
    what.add_argument("reference", nargs="?")
    what.add_argument("--listed", type=Path, metavar="FILE", help="what `erased` listed, after a restore")
    erase.set_defaults(run=_erase)
    erased_before = commands.add_parser("erased", help="list what was erased, to erase it again after a restore")
    erased_before.add_argument("--output", type=Path, metavar="FILE", help="a file instead of standard output")
    erased_before.set_defaults(run=_erased)
    access = commands.add_parser("subject-access", help="show all that is held for a reference code")
    access.add_argument("reference")
    access.add_argument("--format", choices=["text", "json"], default="text")
    access.set_defaults(run=_subject_access)
    retention = commands.add_parser("retain", help="delete or coarsen what has been kept for its time")
    retention.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    retention.set_defaults(run=_retain)
    processing = commands.add_parser("processing", help="the table for the record of processing, with your times")
    processing.set_defaults(run=_processing)


def _erase(arguments: argparse.Namespace, engine: Engine) -> int:
    settings = read_settings()
    spool = Spool(settings.spool_dir)
    if arguments.listed is not None:
        again = erase_again(engine, spool, _listed(arguments.listed), read_secret(settings.data_dir))
        print(f"Erased again: {again}.")
        return 0
    if not erase_by_reference(engine, spool, arguments.reference):
        raise UserError("unknown_reference", reference=arguments.reference)
    print("Deleted.")
    return 0


def _erased(arguments: argparse.Namespace, engine: Engine) -> int:
    with written_to(arguments.output) as output:
        print(LISTED, *erased(engine), sep="\n", file=output)
    return 0


def _listed(path: Path) -> set[str]:
    """What `erased` wrote; raises `UserError` (no_such_file, no_list)."""
    try:
        head, *listed = path.read_text(encoding="utf-8").splitlines() or [""]
    except FileNotFoundError:
        raise UserError("no_such_file", path=path) from None
    except UnicodeDecodeError:
        raise UserError("no_list", path=path) from None
    if head != LISTED or not all(map(_TOMBSTONE.fullmatch, listed)):
        raise UserError("no_list", path=path)
    return set(listed)


def _subject_access(arguments: argparse.Namespace, engine: Engine) -> int:
    settings = read_settings()
    council, spool = read_council(settings.council_file), Spool(settings.spool_dir)
    with engine.connect() as connection:
        has_contacts = connection.execute(sa.select(contacts.c.channel).limit(1)).first() is not None
    store = Contacts(engine, contacts_keys()) if has_contacts else None
    held = held_for(engine, spool, council, known_versions(), arguments.reference, store)
    if held is None:
        raise UserError("unknown_reference", reference=arguments.reference)
    if arguments.format == "json":
        print(msgspec.json.format(msgspec.json.encode(held), indent=2).decode())
    else:
        print(*as_text(held), sep="\n")
    return 0


def _retain(arguments: argparse.Namespace, engine: Engine) -> int:
    council = read_council(read_settings().council_file)
    settings = read_settings()
    done = retain(engine, council, known_versions(), Spool(settings.spool_dir), dry_run=arguments.dry_run)
    if arguments.dry_run:
        print("Nothing was changed. This is due:")
    for what, count in done.items():
        print(f"{count:>8}  {DONE[what]}")
    return 0


def _processing(_arguments: argparse.Namespace, _engine: Engine) -> int:
    print(*processing_table(read_council(read_settings().council_file)), sep="\n")
    return 0
