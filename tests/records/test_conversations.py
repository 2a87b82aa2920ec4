"""Conversations as stored, and their deletion."""

import time

import pytest
import sqlalchemy as sa

from coproduction.records.conversations import (
    TurnConflictError,
    append_turn,
    load_events,
    load_turns,
    purge,
    purge_older_than,
    version,
)
from coproduction.records.recorder import Recorder
from coproduction.records.tables import interviews, unclear_texts
from coproduction.survey.instrument import current_instrument
from tests.records.events import action, slot, typed

USER = {"event": "user", "text": "/start", "timestamp": 1.0}
BOT = {"event": "bot", "text": "Hello “you”", "data": {"buttons": []}, "timestamp": 2.0}


def test_turns_come_back_in_order(engine):
    append_turn(engine, "c", "i", 1, [USER])
    append_turn(engine, "c", "i", 2, [BOT])
    assert load_turns(engine, "c") == [[USER], [BOT]]
    assert load_events(engine, "c") == [USER, BOT]
    assert version(engine, "c") == 2


def test_an_unknown_conversation_has_no_events(engine):
    assert load_events(engine, "nobody") is None
    assert version(engine, "nobody") == 0


def test_a_turn_is_stored_by_one_worker_only(engine):
    append_turn(engine, "c", "i", 1, [USER])
    append_turn(engine, "c", "i", 2, [BOT])
    with pytest.raises(TurnConflictError):
        append_turn(engine, "c", "i", 2, [USER])
    assert load_turns(engine, "c") == [[USER], [BOT]]


def test_a_purged_conversation_is_gone(engine):
    append_turn(engine, "c", "i", 1, [USER])
    append_turn(engine, "d", "j", 1, [USER])
    purge(engine, "c")
    assert load_events(engine, "c") is None
    assert load_events(engine, "d") == [USER]


def test_conversations_without_a_message_for_long_are_dropped(engine):
    append_turn(engine, "c", "i", 1, [USER])
    assert purge_older_than(engine, 30) == 0
    assert purge_older_than(engine, 30, now=time.time() + 31 * 86400) == 1
    assert load_events(engine, "c") is None


def test_texts_to_learn_from_are_deleted_after_as_many_days(engine):
    old, recent = typed("moonish", intent="unclear"), typed("starry", intent="unclear")
    recent["timestamp"] = old["timestamp"] + 2 * 86400
    first = old["timestamp"] - 1
    asked = {**action("utter_ask_env1"), "timestamp": first}
    Recorder(engine, current_instrument()).record([slot("consent", 1, at=first), asked, old, recent])
    assert purge_older_than(engine, 30, now=old["timestamp"] + 31 * 86400) == 0
    with engine.connect() as connection:
        assert list(connection.execute(sa.select(unclear_texts.c.text)).scalars()) == ["starry"]
        assert connection.execute(sa.select(interviews)).first() is not None
