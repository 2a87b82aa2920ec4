"""The tracker store: what is kept of a conversation, when, and what never is."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, AllSlotsReset, SlotSet, UserUttered

from coproduction.dialogue.broker import RecordBroker
from coproduction.dialogue.tracker_store import ConversationStore, TurnStatus, Unstored, turn_status
from coproduction.records.conversations import append_turn, load_events, version
from coproduction.records.durable import DurableStore
from coproduction.records.spool import Spool
from coproduction.records.tables import answers, counts, interviews
from coproduction.survey.instrument import current_instrument
from tests.records.events import said_now

DOMAIN = Domain.load("domain.yml")
START = {"interview_id": "i-1", "mode": "web", "language": "en", "country": "GB", "reference": "7K3M-QX9T"}


def new_store(engine, spool=None):
    spool = spool or Spool(Path(engine.url.database).parent / "spool")
    durable = DurableStore(engine, spool, current_instrument(), retry=0.05)
    return ConversationStore(DOMAIN, RecordBroker(durable), durable)


@pytest.fixture
def store(sqlite_engine):
    return new_store(sqlite_engine)


def turn(store, text, **slots):
    """One turn as Rasa processes it: fetch, add events, save."""

    async def run():
        tracker = await store.get_or_create_tracker("c-1")
        tracker.update(UserUttered(text, {"name": "answer"}))
        for name, value in slots.items():
            tracker.update(SlotSet(name, value))
        tracker.update(ActionExecuted("action_listen"))
        await store.save(tracker)
        return tracker

    return asyncio.run(run())


def rows(engine, table):
    with engine.connect() as connection:
        return list(connection.execute(sa.select(table)))


def test_nothing_is_stored_before_consent(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "the environment", sector=2)
    assert load_events(sqlite_engine, "c-1") is None
    assert rows(sqlite_engine, interviews) == []


def test_what_was_said_before_consent_is_recorded_with_it(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "the environment", sector=2)
    turn(store, "/answer", consent=1)
    assert [row.code for row in rows(sqlite_engine, answers)] == ["2"]
    assert len([e for e in load_events(sqlite_engine, "c-1") if e["event"] == "user"]) == 3


def test_after_consent_each_turn_is_stored_once(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)
    turn(store, "often", sector=1)
    turn(store, "never", saf1=1)
    assert version(sqlite_engine, "c-1") == 3
    assert [e["text"] for e in load_events(sqlite_engine, "c-1") if e["event"] == "user"] == [
        "/start",
        "/answer",
        "often",
        "never",
    ]


def test_a_refusal_leaves_a_count_and_nothing_else(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=2)
    turn(store, "something private", sector=2)
    assert [(row.disposition, row.count) for row in rows(sqlite_engine, counts)] == [("refused", 1)]
    assert load_events(sqlite_engine, "c-1") is None
    assert turn(store, "and more").get_slot("sector") == 2


def test_under_13_the_stored_conversation_is_deleted(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)
    turn(store, "I am eleven", agegrp=0)
    turn(store, "hello?")
    assert load_events(sqlite_engine, "c-1") is None
    assert rows(sqlite_engine, interviews) == rows(sqlite_engine, answers) == []
    assert [(row.disposition, row.count) for row in rows(sqlite_engine, counts)] == [("ineligible", 1)]


def test_after_deletion_the_chat_goes_on_unrecorded(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)

    async def erase():
        tracker = await store.retrieve("c-1")
        tracker.update(AllSlotsReset())
        tracker.update(SlotSet("consent", 2))
        tracker.update(SlotSet("erased", True))
        await store.save(tracker)

    asyncio.run(erase())
    turn(store, "the environment", sector=2)
    assert load_events(sqlite_engine, "c-1") is None
    assert rows(sqlite_engine, counts) == []


def test_another_process_goes_on_where_this_one_stopped(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)
    other = new_store(sqlite_engine)
    assert turn(other, "health", sector=3).get_slot("consent") == 1
    assert turn(store, "often", hea1=3).get_slot("sector") == 3
    assert version(sqlite_engine, "c-1") == 3


def test_a_turn_that_failed_half_way_is_forgotten(store):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)

    async def fail():
        tracker = await store.retrieve("c-1")
        tracker.update(SlotSet("sector", 2))

    asyncio.run(fail())
    assert asyncio.run(store.retrieve("c-1")).get_slot("sector") is None
    assert asyncio.run(store.retrieve("c-1")).get_slot("consent") == 1


def test_a_half_way_failure_before_consent_keeps_what_was_there(store):
    turn(store, "/start", **START)

    async def fail():
        tracker = await store.retrieve("c-1")
        tracker.update(SlotSet("sector", 2))

    asyncio.run(fail())
    tracker = asyncio.run(store.retrieve("c-1"))
    assert (tracker.get_slot("sector"), tracker.get_slot("mode")) == (None, "web")


def test_a_turn_that_another_worker_stored_first_is_reported_as_failed(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)

    async def collide():
        status = TurnStatus()
        turn_status.set(status)
        tracker = await store.retrieve("c-1")
        append_turn(sqlite_engine, said_now("c-1", "i-1", 2, []))
        tracker.update(SlotSet("sector", 2))
        with pytest.raises(Exception, match="stored already"):
            await store.save(tracker)
        return status.failures

    assert asyncio.run(collide()) == ["TurnConflictError"]


def test_a_copy_of_a_conversation_does_not_change_the_original(store):
    tracker = turn(store, "/start", **START)
    duplicate = tracker.copy()
    duplicate.update(SlotSet("sector", 2))
    assert tracker.get_slot("sector") is None
    assert len(duplicate.events) == len(tracker.events) + 1
    assert duplicate.get_slot("mode") == "web"


def test_withdrawing_consent_erases_what_was_kept_under_it(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)
    turn(store, "the environment", sector=2)
    turn(store, "/answer", consent=2)
    turn(store, "something private", env1=1)
    assert load_events(sqlite_engine, "c-1") is None
    assert rows(sqlite_engine, interviews) == rows(sqlite_engine, answers) == []
    assert [(row.disposition, row.count) for row in rows(sqlite_engine, counts)] == [("refused", 1)]


def test_consent_after_a_refusal_counts_as_consent(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=2)
    turn(store, "the environment", sector=2)
    turn(store, "/change", consent=1)
    assert [row.code for row in rows(sqlite_engine, answers)] == ["2"]
    assert [(row.disposition, row.count) for row in rows(sqlite_engine, counts)] == [("refused", 0)]


def test_consent_given_again_after_withdrawing_it_begins_a_new_record(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)
    turn(store, "/answer", consent=2)
    turn(store, "/answer", consent=1)
    (row,) = rows(sqlite_engine, interviews)
    assert row.interview_id != "i-1"


def test_someone_who_was_under_13_a_moment_ago_is_not_recorded(store, sqlite_engine):
    turn(store, "/start", **START)
    turn(store, "/answer", consent=1)
    turn(store, "I am eleven", agegrp=0)
    turn(store, "no, 30", agegrp=3)
    turn(store, "/answer", sector=2)
    assert load_events(sqlite_engine, "c-1") is None
    assert rows(sqlite_engine, interviews) == rows(sqlite_engine, answers) == []


def test_conversations_that_are_nowhere_else_are_not_pushed_out_by_stored_ones(sqlite_engine, monkeypatch):
    monkeypatch.setattr("coproduction.dialogue.tracker_store.LIVE_CONVERSATIONS", 1)
    store = new_store(sqlite_engine)
    turn(store, "/start", **START)

    async def others():
        for number in range(3):
            tracker = await store.get_or_create_tracker(f"other-{number}")
            for name, value in {**START, "interview_id": f"i-{number}", "reference": str(number), "consent": 1}.items():
                tracker.update(SlotSet(name, value))
            await store.save(tracker)

    asyncio.run(others())
    assert list(asyncio.run(store.keys())) == ["c-1", "other-2"]
    assert asyncio.run(store.retrieve("c-1")).get_slot("mode") == "web"
    assert asyncio.run(store.retrieve("other-0")).get_slot("consent") == 1


def test_what_identifies_someone_is_out_of_the_stored_conversation_and_the_record(store, sqlite_engine):
    turn(store, "/start", **START, consent=1)
    turn(store, "I'm Zorblat, ring 07700 900123", comment="I'm Zorblat, ring 07700 900123")
    stored = str(load_events(sqlite_engine, "c-1")) + str(rows(sqlite_engine, answers))
    assert "I'm [name], ring [number]" in stored
    assert "Zorblat" not in stored
    assert "900123" not in stored
    assert "7K3M-QX9T" in stored, "what is needed to go on stays"


def test_whoever_came_before_is_linked_in_the_record(store, sqlite_engine):
    turn(store, "/start", **START, person="p" * 32)
    turn(store, "/answer", consent=1)
    assert [(row.person, row.consent_version) for row in rows(sqlite_engine, interviews)] == [("p" * 32, "1")]


# Conversations in memory only: the web server holds a copy


def told_turn(store, text, brought=None, **slots):
    """One turn, and what it tells the channel about a conversation in memory only."""
    status = TurnStatus(starts=text.startswith("/start"), brought=brought)
    token = turn_status.set(status)
    try:
        turn(store, text, **slots)
    finally:
        turn_status.reset(token)
    assert not status.failures
    return status.unstored


def whole(*parts):
    events = [event for part in parts for event in part.events]
    assert [part.start for part in parts] == [sum(len(p.events) for p in parts[:n]) for n in range(len(parts))]
    return Unstored(0, events, parts[-1].refused_at)


def test_a_conversation_that_refused_goes_on_in_another_rasa_and_is_counted_once(store, sqlite_engine):
    parts = [told_turn(store, "/start", **START), told_turn(store, "no", consent=2), told_turn(store, "env", sector=2)]
    after = new_store(sqlite_engine)
    added = told_turn(after, "often", brought=whole(*parts), env1=3)
    tracker = asyncio.run(after.retrieve("c-1"))
    assert [tracker.get_slot(name) for name in ("consent", "sector", "env1")] == [2, 2, 3]
    assert added.start == sum(len(part.events) for part in parts)
    assert len(rows(sqlite_engine, counts)) == 1
    assert load_events(sqlite_engine, "c-1") is None


def test_before_consent_it_goes_on_in_another_rasa_and_consent_stores_all_of_it(store, sqlite_engine):
    start = told_turn(store, "/start", **START)
    assert told_turn(new_store(sqlite_engine), "yes", brought=start, consent=1) is None
    assert [e["text"] for e in load_events(sqlite_engine, "c-1") if e["event"] == "user"] == ["/start", "yes"]


def test_consent_withdrawn_tells_the_whole_conversation_anew(store):
    told_turn(store, "/start", **START)
    assert told_turn(store, "yes", consent=1) is None
    assert told_turn(store, "no", consent=2).start == 0


def test_without_a_copy_an_unknown_conversation_stays_unknown(store):
    token = turn_status.set(TurnStatus())
    try:
        turn(store, "hello")
        assert turn_status.get().unknown
    finally:
        turn_status.reset(token)
