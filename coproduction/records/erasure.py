"""Erasure: take an interview out of every table and out of the spool, leaving only that something was erased."""

from __future__ import annotations

import time

import sqlalchemy as sa
from filelock import Timeout
from sqlalchemy.engine import Connection, Engine

from coproduction.errors import UserError
from coproduction.records.reference import reference_hash
from coproduction.records.spool import Spool
from coproduction.records.tables import (
    answers,
    contacts,
    conversations,
    interviews,
    matches,
    tombstones,
    turns,
    unclear_texts,
    verbatims,
)


def erase_interview(engine: Engine, spool: Spool, interview_id: str) -> bool:
    """Delete all that is stored of an interview, its conversation and what is spooled of it included.

    False when nothing was there. Raises `UserError` (unavailable) where entries of the spool are on their way into the
    database for too long, and a database error where that is away: then nothing was deleted.
    """
    with engine.connect() as connection:
        connection.execute(sa.select(1))  # a database that is away is noticed before anything is deleted
    try:
        was_spooled = spool.remove_interview(interview_id) > 0
    except Timeout:
        raise UserError("unavailable") from None
    with engine.begin() as connection:
        found = erase_rows(connection, interview_id, was_spooled=was_spooled)
    shrink_log(engine)
    return found


def erase_by_reference(engine: Engine, spool: Spool, reference: str) -> bool:
    """The same for the interview with this reference code; False when there is none."""
    hashed = reference_hash(reference)
    query = sa.select(interviews.c.interview_id).where(interviews.c.reference_hash == hashed)
    with engine.connect() as connection:
        stored = connection.execute(query).scalar()
    interview_id = stored or spool.interview_of(hashed)
    return interview_id is not None and erase_interview(engine, spool, interview_id)


def erase_rows(connection: Connection, interview_id: str, *, was_spooled: bool = False) -> bool:
    """The same within a transaction; call `shrink_log` after it. True too where the interview `was_spooled`."""
    conversation = sa.select(conversations.c.conversation_id).where(conversations.c.interview_id == interview_id)
    connection.execute(sa.delete(contacts).where(contacts.c.conversation_id.in_(conversation)))
    connection.execute(sa.delete(turns).where(turns.c.conversation_id.in_(conversation)))
    connection.execute(sa.delete(conversations).where(conversations.c.interview_id == interview_id))
    for table in (answers, verbatims, unclear_texts, matches):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    deleted = connection.execute(sa.delete(interviews).where(interviews.c.interview_id == interview_id)).rowcount
    found = was_spooled or deleted > 0
    known = connection.execute(sa.select(tombstones.c.interview_id).where(tombstones.c.interview_id == interview_id))
    if found and known.first() is None:
        connection.execute(sa.insert(tombstones), {"interview_id": interview_id, "erased_at": time.time()})
    return found


def shrink_log(engine: Engine) -> None:
    """Write SQLite's log back and empty it, so that what was deleted does not stay on disk there."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
