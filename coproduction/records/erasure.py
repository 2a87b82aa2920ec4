"""Erasure: take an interview out of every table and out of the spool, leaving only that something was erased."""

from __future__ import annotations

import contextlib
from collections.abc import Collection

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
    turns,
    unclear_texts,
    verbatims,
)
from coproduction.records.tombstones import all_tombstones, bring_back, bury, digest

ABOUT_PEOPLE = (interviews, answers, verbatims, unclear_texts, matches, conversations, turns, contacts)
"""The tables that an erasure deletes from."""


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
    scrub(engine)
    return found


def erase_by_reference(engine: Engine, spool: Spool, reference: str) -> bool:
    """The same for the interview with this reference code; False when there is none."""
    hashed = reference_hash(reference)
    query = sa.select(interviews.c.interview_id).where(interviews.c.reference_hash == hashed)
    with engine.connect() as connection:
        stored = connection.execute(query).scalar()
    interview_id = stored or spool.interview_of(hashed)
    return interview_id is not None and erase_interview(engine, spool, interview_id)


def erased(engine: Engine) -> list[str]:
    """The tombstones of the interviews that were erased."""
    with engine.connect() as connection:
        return all_tombstones(connection)


def erase_again(engine: Engine, spool: Spool, erased_before: Collection[str], secret: bytes) -> int:
    """Erase, in a database that was restored, what was `erased` before; returns how many interviews came to be erased.

    `secret` is the one that the tombstones were made with. They are there afterwards in any case.
    """
    with engine.connect() as connection:
        columns = (interviews.c.interview_id, conversations.c.interview_id)
        here = {each for column in columns for each in connection.execute(sa.select(column)).scalars() if each}
    count = 0
    for interview_id in here | spool.interviews():
        if digest(secret, interview_id) in erased_before:
            count += erase_interview(engine, spool, interview_id)
    with engine.begin() as connection:
        bring_back(connection, erased_before)
    return count


def erase_rows(connection: Connection, interview_id: str, *, was_spooled: bool = False) -> bool:
    """The same within a transaction; call `scrub` after it. True too where the interview `was_spooled`."""
    conversation = sa.select(conversations.c.conversation_id).where(conversations.c.interview_id == interview_id)
    connection.execute(sa.delete(contacts).where(contacts.c.conversation_id.in_(conversation)))
    connection.execute(sa.delete(turns).where(turns.c.conversation_id.in_(conversation)))
    connection.execute(sa.delete(conversations).where(conversations.c.interview_id == interview_id))
    for table in (answers, verbatims, unclear_texts, matches):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    deleted = connection.execute(sa.delete(interviews).where(interviews.c.interview_id == interview_id)).rowcount
    found = was_spooled or deleted > 0
    if found:
        bury(connection, interview_id)
    return found


def scrub(engine: Engine) -> None:
    """Take what was deleted out of the database's files, as far as that can be done at once.

    SQLite has overwritten it in the database; its log is written back and emptied. PostgreSQL vacuums the tables, so
    that the deleted rows are there no more and new ones take their place; their bytes stay until then
    (docs/data-protection.md). Where that fails, it is done with the next deletion, or by the daily retention.
    """
    with contextlib.suppress(sa.exc.DBAPIError), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            names = ", ".join(table.name for table in ABOUT_PEOPLE)
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"VACUUM {names}")
