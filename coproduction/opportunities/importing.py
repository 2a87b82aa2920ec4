"""Bringing a file into the catalogue: all of it or nothing, and never over an official's decisions."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from coproduction.errors import UserError
from coproduction.opportunities.csv_catalogue import HeaderError, read_csv
from coproduction.opportunities.model import Opportunity, Status
from coproduction.opportunities.reading import Item, Reading, RowError
from coproduction.opportunities.volunteering_feed import FeedError, read_feed

CSV_SOURCE, FEED_SOURCE = "council", "volunteering"
"""Names of the two sources where none is given."""

LARGEST_FILE = 200_000_000
"""Bytes."""

ERRORS_SHOWN = 50


@dataclass(frozen=True)
class ImportResult:
    """What an import did, in numbers of opportunities, and what it left out."""

    source: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    returned: int = 0
    errors: tuple[RowError, ...] = ()


def import_file(
    engine: Engine, path: Path, source: str | None = None, skip_errors: bool = False, dry_run: bool = False
) -> ImportResult:
    """Import a CSV catalogue or a volunteering feed as the complete list of one source.

    With `skip_errors` a feed's good items are imported although others have errors; with `dry_run`
    nothing is written. Raises `UserError` (no_such_file, unknown_format, bad_source, unreadable_catalogue,
    wrong_columns, skip_errors_csv, import_refused), and then nothing has been imported.
    """
    content = _content(path)
    is_feed = _is_feed(path, content)
    if skip_errors and not is_feed:
        raise UserError("skip_errors_csv")
    source = _source(source or (FEED_SOURCE if is_feed else CSV_SOURCE))
    try:
        reading = read_feed(content) if is_feed else read_csv(content)
    except FeedError as error:
        raise UserError("unreadable_catalogue", path=path, reason=error) from error
    except HeaderError as error:
        raise UserError("wrong_columns", path=path, reason=error) from error
    if reading.errors and not skip_errors:
        raise UserError("import_refused", path=path, count=len(reading.errors), errors=_listed(reading.errors))
    if not reading.items and not reading.errors:
        raise UserError("unreadable_catalogue", path=path, reason="it holds no opportunity")
    with Session(engine, future=True) as session:
        result = _Merge(session, source, is_feed).apply(reading)
        if dry_run:
            session.rollback()
        else:
            session.commit()
    return result


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UserError("unreadable_catalogue", path=path, reason=f"it is larger than {LARGEST_FILE:,} bytes")
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError("no_such_file", path=path) from None
    except OSError as error:
        raise UserError("unreadable_catalogue", path=path, reason=error.strerror) from error


def _is_feed(path: Path, content: bytes) -> bool:
    """Whether the file is a feed, by its first character; a name that says neither must at least begin like one."""
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return True
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        raise UserError("unknown_format", path=path)
    return False


def _source(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name):
        raise UserError("bad_source", source=name)
    return name


def _listed(errors: list[RowError]) -> str:
    lines = [f"  {error}" for error in errors[:ERRORS_SHOWN]]
    if len(errors) > ERRORS_SHOWN:
        lines.append(f"  … and {len(errors) - ERRORS_SHOWN} more")
    return "\n".join(lines)


class _Merge:
    """Brings one reading into the catalogue, within the session's transaction."""

    def __init__(self, session: Session, source: str, is_feed: bool) -> None:
        self._session = session
        self._source = source
        self._is_feed = is_feed
        self._counts: dict[str, int] = dict.fromkeys(("new", "changed", "unchanged", "withdrawn", "returned"), 0)

    def apply(self, reading: Reading) -> ImportResult:
        query = sa.select(Opportunity).where(Opportunity.source == self._source)
        known = {row.external_id: row for row in self._session.scalars(query)}
        for item in reading.items:
            row = known.get(item.external_id)
            self._counts[self._add(item) if row is None else self._update(row, item)] += 1
        for external_id, row in known.items():
            if external_id not in reading.named and row.status != Status.WITHDRAWN.value:
                row.status_before, row.status = row.status, Status.WITHDRAWN.value
                self._counts["withdrawn"] += 1
        return ImportResult(self._source, errors=tuple(reading.errors), **self._counts)

    def _add(self, item: Item) -> str:
        row = Opportunity(
            id=f"{self._source}:{item.external_id}",
            source=self._source,
            external_id=item.external_id,
            status=(item.status or (Status.DRAFT if self._is_feed else Status.PUBLISHED)).value,
            content_hash=_content_hash(item),
            **item.values,
        )
        row.suggestion = self._suggestion(item)
        self._session.add(row)
        return "new"

    def _update(self, row: Any, item: Item) -> str:
        returned = row.status == Status.WITHDRAWN.value and row.status_before is not None
        if returned:
            row.status, row.status_before = row.status_before, None
        if row.content_hash == _content_hash(item):
            return "returned" if returned else "unchanged"
        kept = set(row.edited.split())
        for column, value in item.values.items():
            if column not in kept:
                setattr(row, column, value)
        if item.status is not None and "status" not in kept:
            row.status, row.status_before = item.status.value, None
        if row.status == Status.DRAFT.value:
            row.suggestion = self._suggestion(item)
        row.content_hash = _content_hash(item)
        return "returned" if returned else "changed"

    def _suggestion(self, item: Item) -> str | None:
        if not self._is_feed:
            return None
        from coproduction.opportunities.suggest import current_suggester  # spaCy takes seconds to import

        guesses = current_suggester().suggest(item.values["title"], item.text, item.session_minutes)
        return msgspec.json.encode(guesses).decode()


def _content_hash(item: Item) -> str:
    """A fingerprint of what the file says of an item, the same whenever and in whatever order it is read."""
    stated = {**item.values, "status": item.status, "text": item.text, "session": item.session_minutes}
    return hashlib.sha256(msgspec.json.encode(stated, order="sorted")).hexdigest()
