"""The replay: what was spooled while the database was away is brought into it, in order and once."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from coproduction.database import is_away
from coproduction.records.conversations import purge_rows, restore_turn
from coproduction.records.erasure import scrub
from coproduction.records.recorder import Recorder, erased_by
from coproduction.records.spool import Line, Recorded, Said, Spool
from coproduction.records.tables import spools

BATCH = 200
"""Entries in one transaction."""

logger = logging.getLogger(__name__)


def replay(engine: Engine, spool: Spool, recorder: Recorder) -> int:
    """Bring everything that is spooled into the database; returns how many entries that were.

    How far it came is written in the same transaction as what it brought, so that an entry arrives once also
    where the process dies in between. An entry that the database will never take is set aside and reported. Where
    another process is replaying, nothing is done. Raises a database error when the database is away (again).
    """
    brought = 0
    while not spool.is_empty:
        with spool.replaying() as mine:
            if not mine:
                break
            brought += _replay_batch(engine, spool, recorder)
    return brought


def _replay_batch(engine: Engine, spool: Spool, recorder: Recorder) -> int:
    name = spool.identity() or ""  # without one, nothing of it was ever acknowledged
    position = _position(engine, name)
    lines = list(spool.read(position, BATCH))
    if not lines:
        if spool.finish(position):
            with engine.begin() as connection:
                connection.execute(sa.delete(spools).where(spools.c.spool_id == name))
        return 0
    try:
        _bring(engine, recorder, name, lines)
    except Exception as error:
        if is_away(error):
            raise
        for line in lines:
            _bring_or_set_aside(engine, spool, recorder, name, line)
    return sum(line.entry is not None for line in lines)


def _position(engine: Engine, name: str) -> int:
    with engine.connect() as connection:
        query = sa.select(spools.c.position).where(spools.c.spool_id == name)
        return connection.execute(query).scalar() or 0


def _bring(engine: Engine, recorder: Recorder, name: str, lines: Sequence[Line]) -> None:
    """Bring some lines into the database, and how far that is, in one transaction."""
    with engine.begin() as connection:
        for line in lines:
            if line.damaged:
                raise ValueError("a line of the spool is damaged")
            if line.entry is not None:
                _apply(connection, recorder, line)
        _advance(connection, name, lines[-1].end)
    if any(isinstance(line.entry, Recorded) and erased_by(line.entry.events) for line in lines):
        scrub(engine)


def _bring_or_set_aside(engine: Engine, spool: Spool, recorder: Recorder, name: str, line: Line) -> None:
    try:
        _bring(engine, recorder, name, [line])
    except Exception as error:
        if is_away(error):
            raise
        logger.error("an entry of the spool cannot be stored (%s); see %s", type(error).__name__, spool.set_aside_file)
        spool.set_aside(line)
        with engine.begin() as connection:
            _advance(connection, name, line.end)


def _apply(connection: Connection, recorder: Recorder, line: Line) -> None:
    entry = line.entry
    if isinstance(entry, Recorded):
        recorder.project(connection, entry.events)
    elif isinstance(entry, Said):
        restore_turn(connection, entry)
    elif entry is not None:
        purge_rows(connection, entry.conversation)


def _advance(connection: Connection, name: str, position: int) -> None:
    moved = connection.execute(sa.update(spools).where(spools.c.spool_id == name).values(position=position))
    if moved.rowcount == 0:
        connection.execute(sa.insert(spools), {"spool_id": name, "position": position})
