"""Conversations as stored: append a turn, read them back, delete them."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.tables import conversations, turns

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


def append_turn(
    engine: Engine, conversation_id: str, interview_id: str | None, sequence: int, events: list[Event]
) -> None:
    """Store the events of turn `sequence`; the first turn creates the conversation.

    Raises `TurnConflictError` when that turn is there already.
    """
    now = time.time()
    try:
        with engine.begin() as connection:
            if sequence == 1:
                row = {"conversation_id": conversation_id, "interview_id": interview_id, "started_at": now}
                connection.execute(sa.insert(conversations), row)
            connection.execute(
                _append,
                {
                    "conversation_id": conversation_id,
                    "sequence": sequence,
                    "at": now,
                    "events": msgspec.json.encode(events).decode(),
                },
            )
    except sa.exc.IntegrityError as error:
        raise TurnConflictError(f"turn {sequence} is stored already") from error


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
        connection.execute(sa.delete(turns).where(turns.c.conversation_id == conversation_id))
        connection.execute(sa.delete(conversations).where(conversations.c.conversation_id == conversation_id))
