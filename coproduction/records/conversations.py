"""Conversations as stored: append a turn, read them back, delete them."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from coproduction.records.spool import Said
from coproduction.records.tables import conversations, turns
from coproduction.records.tombstones import is_erased

Event = dict[str, Any]
"""A Rasa event as JSON: `event` names its kind (user, bot, slot, action …)."""


class TurnConflictError(Exception):
    """Another worker stored this turn first."""


_version = sa.select(sa.func.max(turns.c.sequence)).where(turns.c.conversation_id == sa.bindparam("conversation"))
_append = sa.insert(turns)


def version(engine: Engine, conversation_id: str) -> int:
    """The number of turns stored of a conversation, 0 when it is unknown."""
    with engine.connect() as connection:
        return connection.execute(_version, {"conversation": conversation_id}).scalar() or 0


def append_turn(engine: Engine, turn: Said) -> None:
    """Store a turn; the first one creates the conversation. Raises `TurnConflictError` when it is there already."""
    try:
        with engine.begin() as connection:
            _insert_turn(connection, turn)
    except sa.exc.IntegrityError as error:
        raise TurnConflictError(f"turn {turn.sequence} is stored already") from error


def _insert_turn(connection: Connection, turn: Said) -> None:
    if turn.sequence == 1:
        row = {"conversation_id": turn.conversation, "interview_id": turn.interview, "started_at": turn.at}
        connection.execute(sa.insert(conversations), row)
    row = {"conversation_id": turn.conversation, "sequence": turn.sequence, "at": turn.at}
    connection.execute(_append, {**row, "events": msgspec.json.encode(turn.events).decode()})


def restore_turn(connection: Connection, turn: Said) -> None:
    """Store a turn that was said while the database was away, within a transaction.

    Nothing happens where it is there already, or where its interview was erased or its conversation deleted
    meanwhile. Raises `TurnConflictError` when another turn is in its place.
    """
    if turn.interview is not None and is_erased(connection, turn.interview):
        return
    this = sa.and_(turns.c.conversation_id == turn.conversation, turns.c.sequence == turn.sequence)
    stored = connection.execute(sa.select(turns.c.events).where(this)).scalar()
    if stored is not None:
        if msgspec.json.decode(stored) != turn.events:
            raise TurnConflictError(f"another turn {turn.sequence} is stored already")
        return
    known = sa.select(conversations.c.conversation_id).where(conversations.c.conversation_id == turn.conversation)
    if turn.sequence == 1 or connection.execute(known).first() is not None:
        _insert_turn(connection, turn)


def load_turns(engine: Engine, conversation_id: str) -> list[list[Event]]:
    """The events of each stored turn, in order; empty when the conversation is unknown."""
    query = sa.select(turns.c.events).where(turns.c.conversation_id == conversation_id).order_by(turns.c.sequence)
    with engine.connect() as connection:
        return [msgspec.json.decode(events) for events in connection.execute(query).scalars()]


def load_events(engine: Engine, conversation_id: str) -> list[Event] | None:
    """All stored events of a conversation in order; None when it is unknown."""
    events = [event for turn in load_turns(engine, conversation_id) for event in turn]
    return events or None


def purge(engine: Engine, conversation_id: str) -> None:
    """Delete a conversation and all its turns."""
    with engine.begin() as connection:
        purge_rows(connection, conversation_id)


def purge_rows(connection: Connection, conversation_id: str) -> None:
    """The same within a transaction."""
    connection.execute(sa.delete(turns).where(turns.c.conversation_id == conversation_id))
    connection.execute(sa.delete(conversations).where(conversations.c.conversation_id == conversation_id))
