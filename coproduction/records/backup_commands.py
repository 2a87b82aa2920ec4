"""`coproduction backup` and `coproduction restore`."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from coproduction.records.backup import back_up, restore, sqlite_file
from coproduction.settings import Settings


def add_parser(commands: Any) -> None:
    """Add the commands; they set `run_without_database(arguments, settings) -> exit code`."""
    backup = commands.add_parser("backup", help="write database, spool and secret into one file (SQLite)")
    backup.add_argument("file", type=Path)
    backup.set_defaults(run_without_database=_backup)
    back = commands.add_parser("restore", help="bring a backup back; the assistant must be stopped")
    back.add_argument("file", type=Path)
    back.add_argument("--force", action="store_true", help="although a database is there; it is kept beside")
    back.set_defaults(run_without_database=_restore)


def _backup(arguments: argparse.Namespace, settings: Settings) -> int:
    manifest = back_up(sqlite_file(settings.database_url), settings.data_dir, arguments.file)
    print(
        f"Backed up {manifest.counts['interviews']} interviews to {arguments.file}. It holds the secret: keep it safe."
    )
    return 0


def _restore(arguments: argparse.Namespace, settings: Settings) -> int:
    database = sqlite_file(settings.database_url)
    done = restore(arguments.file, database, settings.data_dir, force=arguments.force)
    made = datetime.fromtimestamp(done.manifest.at, timezone.utc)
    print(f"Restored {done.manifest.counts['interviews']} interviews as of {made:%Y-%m-%d %H:%M} UTC.")
    print(f"Erased again, because they were erased since: {done.erased_again}.")
    for path in done.kept:
        print(f"What was there is kept in {path}. Delete it when you do not need it any more.")
    return 0
