"""Erasure: take an interview out of every table, leaving only that something was erased."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from coproduction.records.reference import reference_hash
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


def erase_interview(engine: Engine, interview_id: str) -> bool:
    """Delete all that is stored of an interview, its conversation included; False when nothing was there."""
    with engine.begin() as connection:
        found = erase_rows(connection, interview_id)
    shrink_log(engine)
    return found


def erase_by_reference(engine: Engine, reference: str) -> bool:
    """The same for the interview with this reference code; False when there is none."""
    query = sa.select(interviews.c.interview_id).where(interviews.c.reference_hash == reference_hash(reference))
    with engine.connect() as connection:
        interview_id = connection.execute(query).scalar()
    return interview_id is not None and erase_interview(engine, interview_id)


def erase_rows(connection: Connection, interview_id: str) -> bool:
    """The same within a transaction; call `shrink_log` after it."""
    conversation = sa.select(conversations.c.conversation_id).where(conversations.c.interview_id == interview_id)
    connection.execute(sa.delete(contacts).where(contacts.c.conversation_id.in_(conversation)))
    connection.execute(sa.delete(turns).where(turns.c.conversation_id.in_(conversation)))
    connection.execute(sa.delete(conversations).where(conversations.c.interview_id == interview_id))
    for table in (answers, verbatims, unclear_texts, matches):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    found = connection.execute(sa.delete(interviews).where(interviews.c.interview_id == interview_id)).rowcount > 0
    known = connection.execute(sa.select(tombstones.c.interview_id).where(tombstones.c.interview_id == interview_id))
    if found and known.first() is None:
        connection.execute(sa.insert(tombstones), {"interview_id": interview_id, "erased_at": time.time()})
    return found


def shrink_log(engine: Engine) -> None:
    """Write SQLite's log back and empty it, so that what was deleted does not stay on disk there."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
