"""The spool: what is said while the database is away, kept on disk until the database is back.

One append-only file in `DATA_DIR/spool`, a line for each entry: the CRC-32 of what follows in eight hexadecimal
digits, a blank, and JSON. The first line names the spool. A line is on disk (fsync) before `append` returns, so a last
line that is not whole was acknowledged to nobody, and is dropped. A line of blanks is an entry that was erased.

Two locks, both let go by the system when a process dies: `append.lock` is held while the file is changed, `replay.lock`
while entries are on their way into the database.
"""

from __future__ import annotations

import os
import re
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import msgspec
from filelock import FileLock, Timeout

from coproduction.private import FILE, make_folder

ERASURE_SECONDS = 30
"""How long an erasure waits for entries that are on their way into the database."""

Events: TypeAlias = "list[dict[str, Any]]"


class SpoolFullError(OSError):
    """The spool cannot be written, so that what is said now is kept nowhere."""


class Recorded(msgspec.Struct, tag="record", frozen=True):
    """Events for the record."""

    events: Events
    interview: str | None = None


class Said(msgspec.Struct, tag="turn", frozen=True):
    """A turn of a conversation; `at`: when it was said, in seconds since 1970."""

    conversation: str
    sequence: int
    at: float
    events: Events
    interview: str | None = None


class Purged(msgspec.Struct, tag="purge", frozen=True):
    """A conversation that is not kept any longer."""

    conversation: str


Entry: TypeAlias = "Recorded | Said | Purged"
_INTERVIEW = re.compile(rb'"interview":(?:\{"id":)?"([^"\\]+)"')
_decoder = msgspec.json.Decoder(Recorded | Said | Purged)


@dataclass(frozen=True)
class Line:
    """A line of the spool and where it ends. Without `entry` it was erased, or is `damaged`."""

    raw: bytes
    end: int
    entry: Entry | None = None
    damaged: bool = False


class Spool:
    """The spool of one data directory, shared by all processes that use it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.file = directory / "events.jsonl"
        self.set_aside_file = directory / "set-aside.jsonl"

    @property
    def is_empty(self) -> bool:
        """Whether all that was ever spooled is in the database."""
        return not self.file.exists()

    def append(self, entry: Entry) -> None:
        """Put an entry behind the others; it is on disk on return. Raises `SpoolFullError`."""
        try:
            with self._appending():
                self._append(self.file, _line(msgspec.json.encode(entry)))
        except OSError as error:
            raise SpoolFullError(error.errno, error.strerror) from error

    def identity(self) -> str | None:
        """The name of the present spool; None while there is nothing in it."""
        with suppress(FileNotFoundError, msgspec.DecodeError), self.file.open("rb") as file:
            header = _content(file.readline())
            return None if header is None else str(msgspec.json.decode(header)["spool"])
        return None

    def read(self, position: int = 0, limit: int | None = None, naming: str | None = None) -> Iterator[Line]:
        """The lines from a position (bytes) on, in order, `limit` at most; the header is passed over.

        With `naming` only those in which this text stands, whole, as a value.
        """
        wanted = b"" if naming is None else msgspec.json.encode(naming)
        try:
            file = self.file.open("rb")
        except FileNotFoundError:
            return
        with file:
            position = max(position, len(file.readline()))
            file.seek(position)
            while limit is None or limit > 0:
                raw = file.readline()
                if not raw.endswith(b"\n"):
                    return
                position += len(raw)
                if wanted in raw:  # before it is decoded, which takes far longer
                    yield _read(raw, position)
                    limit = None if limit is None else limit - 1

    def count(self) -> int:
        """How many entries there are, those on their way into the database included."""
        try:
            with self.file.open("rb") as file:
                blocks = iter(lambda: file.read(1 << 20), b"")
                return max(sum(block.count(b"\n") for block in blocks) - 1, 0)
        except FileNotFoundError:
            return 0

    def turns(self, conversation_id: str) -> tuple[dict[int, Events], bool]:
        """The spooled turns of a conversation (sequence → events), and whether they are all there is of it."""
        turns: dict[int, Events] = {}
        purged = False
        for line in self.read(naming=conversation_id):
            entry = line.entry
            if isinstance(entry, Said) and entry.conversation == conversation_id:
                turns[entry.sequence] = entry.events
            elif isinstance(entry, Purged) and entry.conversation == conversation_id:
                turns, purged = {}, True
        return turns, purged or 1 in turns

    def interview_of(self, reference_hash: str) -> str | None:
        """The interview with this reference code (its SHA-256), if entries of it are here or set aside."""
        for line in (*self.read(naming=reference_hash), *self._lines_set_aside()):
            for event in line.entry.events if isinstance(line.entry, Recorded) else ():
                interview = event.get("interview") or {}
                if interview.get("reference_hash") == reference_hash:
                    return str(interview["id"])
        return None

    def interviews(self) -> set[str]:
        """The interviews that entries are here of, those set aside and damaged ones included."""
        lines = (*self.read(), *self._lines_set_aside())
        return {found.decode() for line in lines for found in _INTERVIEW.findall(line.raw)}

    def lines_of(self, interview_id: str) -> dict[str, list[Line]]:
        """What is here of an interview: name of the file → its lines, damaged ones that name it included."""
        set_aside = [line for line in self._lines_set_aside() if msgspec.json.encode(interview_id) in line.raw]
        return {self.file.name: list(self.read(naming=interview_id)), self.set_aside_file.name: set_aside}

    def _lines_set_aside(self) -> list[Line]:
        try:
            with self.set_aside_file.open("rb") as file:
                return [_read(raw, 0) for raw in file]
        except FileNotFoundError:
            return []

    def remove_interview(self, interview_id: str) -> int:
        """Overwrite all entries of an interview on disk, those set aside included; returns how many.

        Waits while entries are on their way into the database, so that none of them arrives afterwards: erase in
        the database after this. Raises `filelock.Timeout` where that takes longer than `ERASURE_SECONDS`.
        """
        if self.is_empty and not self.set_aside_file.exists():
            return 0
        with self._lock("replay", ERASURE_SECONDS), self._appending():
            return sum(_blank(file, interview_id) for file in (self.file, self.set_aside_file))

    @contextmanager
    def replaying(self) -> Iterator[bool]:
        """The right to bring entries into the database; False while another process or thread has it."""
        make_folder(self._directory)
        lock = self._lock("replay", 0)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def set_aside(self, line: Line) -> None:
        """Keep a line that the database will never take, for a person to look at."""
        with self._appending():
            _write(self.set_aside_file, line.raw)

    def finish(self, position: int) -> bool:
        """Delete the spool if nothing whole stands behind a position; False where something was added meanwhile."""
        with self._appending():
            if next(self.read(position, 1), None) is not None:
                return False
            self.file.unlink(missing_ok=True)
            _sync(self._directory)
            return True

    def delete_set_aside(self, limit: float, dry_run: bool = False) -> int:
        """Delete what was set aside, where the last of it came before `limit`, in seconds; returns how many entries."""
        if not self.set_aside_file.exists():
            return 0
        with self._appending():
            if self.set_aside_file.stat().st_mtime >= limit:
                return 0
            count = len(self._lines_set_aside())
            if not dry_run:
                self.set_aside_file.unlink()
                _sync(self._directory)
            return count

    def free_bytes(self) -> int:
        """Room on the spool's disk."""
        directory = self._directory if self._directory.exists() else self._directory.parent
        return shutil.disk_usage(directory).free

    @contextmanager
    def _appending(self) -> Iterator[None]:
        make_folder(self._directory)
        with self._lock("append", -1):
            yield

    def _lock(self, name: str, seconds: float) -> FileLock:
        return FileLock(self._directory / f"{name}.lock", timeout=seconds, mode=FILE, poll_interval=0.005)

    def _append(self, file: Path, line: bytes) -> None:
        if file.exists():
            _drop_torn_end(file)
        if not file.exists() or file.stat().st_size == 0:
            line = _line(msgspec.json.encode({"spool": str(uuid4())})) + line
        _write(file, line)


def _line(content: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _content(raw: bytes) -> bytes | None:
    """What a line holds; None where it is not what was written."""
    checksum, _, content = raw.rstrip(b"\n").partition(b" ")
    return content if raw.endswith(b"\n") and checksum == b"%08x" % zlib.crc32(content) else None


def _read(raw: bytes, end: int) -> Line:
    if not raw.strip():
        return Line(raw, end)
    content = _content(raw)
    try:
        return Line(raw, end, _decoder.decode(content or b""))
    except msgspec.DecodeError:
        return Line(raw, end, damaged=True)


def _write(file: Path, line: bytes) -> None:
    """Write a line at the end, whole or not at all."""
    is_new = not file.exists()
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FILE)
    try:
        size = os.fstat(descriptor).st_size
        try:
            written = os.write(descriptor, line)
            if written != len(line):  # the disk is full: writing the rest says so
                os.write(descriptor, line[written:])
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)
    if is_new:
        _sync(file.parent)


def _drop_torn_end(file: Path) -> None:
    """Take off a last line that a crash cut short."""
    with file.open("r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        if size == 0:
            return
        opened.seek(size - 1)
        if opened.read(1) == b"\n":
            return
        opened.seek(0)
        opened.truncate(sum(len(line) for line in opened if line.endswith(b"\n")))


def _blank(file: Path, interview_id: str) -> int:
    """Overwrite the entries of an interview with blanks; every other entry stays where it is."""
    if not file.exists():
        return 0
    removed, position = 0, 0
    with file.open("r+b") as opened:
        for raw in iter(opened.readline, b""):
            if b'"%s"' % interview_id.encode() in raw:
                opened.seek(position)
                opened.write(b" " * (len(raw) - 1))
                opened.seek(position + len(raw))
                removed += 1
            position += len(raw)
        opened.flush()
        os.fsync(opened.fileno())
    return removed


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
