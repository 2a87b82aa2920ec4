"""Backups of a SQLite installation: one file with the database, the spool and the installation's secret.

The file is a zip: `manifest.json` (format, version, schema revision, time, counts, SHA-256 of every member),
`coproduction.db`, and where they exist `spool/events.jsonl`, `spool/set-aside.jsonl` and `secret.key`.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec
import sqlalchemy as sa

from coproduction.database import connect
from coproduction.errors import UserError
from coproduction.private import FILE, make_file, make_folder
from coproduction.records.erasure import erase_again
from coproduction.records.schema import knows_revision, upgrade_schema
from coproduction.records.spool import ERASURE_SECONDS, Spool
from coproduction.secret import FILE as SECRET
from coproduction.secret import read_secret

FORMAT = "coproduction-backup-1"
MANIFEST, DATABASE = "manifest.json", "coproduction.db"
SPOOL_FILES = ("spool/events.jsonl", "spool/set-aside.jsonl")
COUNTED = ("interviews", "answers", "tombstones", "conversations", "opportunities")


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds; `at`: when it was made, in seconds since 1970; `digests`: member → SHA-256."""

    format: str
    version: str
    revision: str
    at: float
    counts: dict[str, int]
    digests: dict[str, str]


@dataclass(frozen=True)
class Restored:
    """What a restore did: the backup, interviews erased again, and where what was there before is now."""

    manifest: Manifest
    erased_again: int
    kept: list[Path]


def sqlite_file(url: str) -> Path:
    """The file of a SQLite `DATABASE_URL`; raises `UserError` (not_sqlite) for any other database."""
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise UserError("not_sqlite")
    return Path(parsed.database)


def back_up(database: Path, data_dir: Path, file: Path) -> Manifest:
    """Write a backup, mode 600, while the assistant may be running; `file` is there whole or not at all.

    Spool and database are copied while no entry is on its way from one into the other. Raises `UserError`
    (no_such_file, backup_damaged, not_written where the disk is full, and unavailable where entries are on their way
    for longer than `ERASURE_SECONDS`).
    """
    if not database.exists():
        raise UserError("no_such_file", path=database)
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as name:
        folder = Path(name)
        with _no_replay(Spool(data_dir / "spool")):
            members = _copied(data_dir, folder)
            _copy_database(database, folder / DATABASE)
        members[DATABASE] = folder / DATABASE
        revision, counts = _checked(folder / DATABASE, file)
        digests = {member: _digest(path) for member, path in members.items()}
        manifest = Manifest(FORMAT, version("coproduction"), revision, time.time(), counts, digests)
        packed = folder / "packed"
        make_file(packed)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, msgspec.json.encode(manifest))
            for member, path in members.items():
                archive.write(path, member)
        _synced(packed)
        packed.replace(file)
    return manifest


def restore(file: Path, database: Path, data_dir: Path, *, force: bool = False) -> Restored:
    """Put a backup in the place of the database, the spool and the secret; the assistant must not be running.

    What was there is kept beside, with the time in its name. Interviews that were erased there are erased from what
    is restored. Raises `UserError` (no_such_file, no_backup, backup_damaged, backup_too_new, running, database_there).
    """
    _refuse_while_running(data_dir)
    if database.exists() and not force:
        raise UserError("database_there", path=database)
    make_folder(database.parent)
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=".restore-") as name:
        folder = Path(name)
        manifest = _unpack(file, folder)
        _checked(folder / DATABASE, file)
        erased = _made_current(folder, _erased_in(database), data_dir)
        kept = _put_in_place(folder, database, data_dir)
    return Restored(manifest, erased, kept)


@contextmanager
def _no_replay(spool: Spool) -> Iterator[None]:
    """Hold up the replay of the spool; what is said meanwhile is still appended."""
    deadline = time.monotonic() + ERASURE_SECONDS
    while time.monotonic() < deadline:
        with spool.replaying() as is_ours:
            if is_ours:
                yield
                return
        time.sleep(0.05)
    raise UserError("unavailable")


def _copied(data_dir: Path, folder: Path) -> dict[str, Path]:
    """Copies of the spool's files and the secret: member → path."""
    members = {}
    (folder / "spool").mkdir()
    for member in (*SPOOL_FILES, SECRET):
        try:
            content = (data_dir / member).read_bytes()
        except FileNotFoundError:
            continue
        (folder / member).write_bytes(content)
        members[member] = folder / member
    return members


def _copy_database(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(target)) as copy:
            before.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.OperationalError as error:
        raise UserError("not_written", reason=error) from error


def _checked(database: Path, file: Path) -> tuple[str, dict[str, int]]:
    """Its schema revision and counts; raises `UserError` (backup_damaged, backup_too_new)."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise UserError("backup_damaged", path=file)
            revision = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}  # noqa: S608
    except (sqlite3.DatabaseError, TypeError):
        raise UserError("backup_damaged", path=file) from None
    if not knows_revision(revision):
        raise UserError("backup_too_new", path=file)
    return revision, counts


def _unpack(file: Path, folder: Path) -> Manifest:
    """Members of a backup that are what was written, in a folder."""
    if not file.exists():
        raise UserError("no_such_file", path=file)
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
            if manifest.format != FORMAT or not {DATABASE} <= set(manifest.digests) <= {DATABASE, SECRET, *SPOOL_FILES}:
                raise UserError("no_backup", path=file)
            for member, digest in manifest.digests.items():
                if _digest(Path(archive.extract(member, folder))) != digest:
                    raise UserError("backup_damaged", path=file)
    except (KeyError, msgspec.DecodeError):
        raise UserError("no_backup", path=file) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError):
        with file.open("rb") as opened:
            was_zip = opened.read(4) == b"PK\x03\x04"
        raise UserError("backup_damaged" if was_zip else "no_backup", path=file) from None
    return manifest


def _made_current(folder: Path, erased: Collection[str], data_dir: Path) -> int:
    """Upgrade the unpacked database and erase in it and in its spool; returns how many interviews came to be erased."""
    secret = read_secret(folder if (folder / SECRET).exists() else data_dir)
    engine = connect(f"sqlite:///{folder / DATABASE}", secret=secret)
    upgrade_schema(engine)
    count = erase_again(engine, Spool(folder / "spool"), erased, read_secret(data_dir)) if erased else 0
    engine.dispose()
    return count


def _erased_in(database: Path) -> set[str]:
    """Tombstones of the database that is replaced; none where it cannot be read."""
    if not database.exists():
        return set()
    try:
        with closing(sqlite3.connect(database)) as connection:
            return {digest for (digest,) in connection.execute("SELECT digest FROM tombstones")}
    except sqlite3.DatabaseError:
        return set()


def _put_in_place(folder: Path, database: Path, data_dir: Path) -> list[Path]:
    """Move what is there aside and what was unpacked in its place; returns what is aside."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    logs = [database.with_name(database.name + end) for end in ("-wal", "-shm")]
    targets = {data_dir / member: folder / member for member in (*SPOOL_FILES, SECRET)}
    kept = []
    for there in (database, *logs, *targets):
        if there.exists() and (there.name != SECRET or targets[there].exists()):
            name = f"{database.name}.before-{stamp}{there.name.removeprefix(database.name)}"
            aside = there.with_name(name if there in (database, *logs) else f"{there.name}.before-{stamp}")
            there.rename(aside)
            kept.append(aside)
    for target, source in {**targets, database: folder / DATABASE}.items():
        if source.exists():
            make_folder(target.parent)
            source.chmod(FILE)
            _synced(source)
            source.replace(target)
    return kept


def _refuse_while_running(data_dir: Path) -> None:
    """Raise `UserError` (running) where the supervisor of `make serve` lives."""
    try:
        process = int((data_dir / "supervisord.pid").read_text())
        os.kill(process, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return
    except PermissionError:  # it lives, and is another user's
        pass
    raise UserError("running", process=process)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def _synced(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
