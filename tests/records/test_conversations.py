"""Conversations as stored, and their deletion."""

import pytest

from coproduction.records.conversations import (
    TurnConflictError,
    append_turn,
    load_events,
    load_turns,
    purge,
    version,
)
from tests.records.events import said_now

USER = {"event": "user", "text": "/start", "timestamp": 1.0}
BOT = {"event": "bot", "text": "Hello “you”", "data": {"buttons": []}, "timestamp": 2.0}


def test_turns_come_back_in_order(engine):
    append_turn(engine, said_now("c", "i", 1, [USER]))
    append_turn(engine, said_now("c", "i", 2, [BOT]))
    assert load_turns(engine, "c") == [[USER], [BOT]]
    assert load_events(engine, "c") == [USER, BOT]
    assert version(engine, "c") == 2


def test_an_unknown_conversation_has_no_events(engine):
    assert load_events(engine, "nobody") is None
    assert version(engine, "nobody") == 0


def test_a_turn_is_stored_by_one_worker_only(engine):
    append_turn(engine, said_now("c", "i", 1, [USER]))
    append_turn(engine, said_now("c", "i", 2, [BOT]))
    with pytest.raises(TurnConflictError):
        append_turn(engine, said_now("c", "i", 2, [USER]))
    assert load_turns(engine, "c") == [[USER], [BOT]]


def test_a_purged_conversation_is_gone(engine):
    append_turn(engine, said_now("c", "i", 1, [USER]))
    append_turn(engine, said_now("d", "j", 1, [USER]))
    purge(engine, "c")
    assert load_events(engine, "c") is None
    assert load_events(engine, "d") == [USER]
