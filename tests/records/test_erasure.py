"""Erasure leaves no trace of an interview, on disk either."""

import sqlalchemy as sa
from cryptography.fernet import Fernet

from coproduction.database import Base
from coproduction.records.contacts import Contacts
from coproduction.records.conversations import append_turn
from coproduction.records.erasure import erase_by_reference, erase_interview
from coproduction.records.recorder import Recorder
from coproduction.survey.instrument import current_instrument
from tests.records.events import action, interview, slot, typed

SECRET = "peculiar hedgehog sentence"


def fill(engine):
    who = interview("i-1", "7K3M-QX9T")
    recorder = Recorder(engine, current_instrument())
    recorder.record([slot("consent", 1, who), typed(SECRET, who, env5=3), slot("env5", 3, who)])
    recorder.record([slot("comment", SECRET, who), slot("suggested", ["a"], who)])
    recorder.record([action("utter_ask_env4", who), typed(SECRET, who, intent="unclear")])
    recorder.record([typed('/change{"question": "env5"}', who, intent="change", question="env5")])
    append_turn(engine, "c-1", "i-1", 1, [{"event": "user", "text": SECRET}])


def leftovers(engine):
    """Every row of every table except the tombstones, as text."""
    with engine.connect() as connection:
        return [
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            if table.name != "tombstones"
            for row in connection.execute(sa.select(table))
        ]


def test_a_reference_code_deletes_everything_of_its_interview(engine):
    fill(engine)
    assert len([row for row in leftovers(engine) if SECRET in row]) == 5
    assert erase_by_reference(engine, " 7k3m qx9t ")
    assert leftovers(engine) == []


def test_the_address_at_a_messaging_service_is_deleted_too(engine):
    fill(engine)
    store = Contacts(engine, [Fernet.generate_key().decode()])
    store.remember("sms", "+447700900123", "c-1")
    store.remember("sms", "+447700900124", "c-2")
    assert erase_by_reference(engine, "7K3M-QX9T")
    assert store.find("sms", "+447700900123") is None
    assert store.find("sms", "+447700900124") is not None


def test_an_unknown_reference_code_deletes_nothing(engine):
    fill(engine)
    before = leftovers(engine)
    assert not erase_by_reference(engine, "0000-0000")
    assert leftovers(engine) == before


def test_erasing_twice_says_that_nothing_was_there(engine):
    fill(engine)
    assert erase_interview(engine, "i-1")
    assert not erase_interview(engine, "i-1")


def test_what_was_written_is_gone_from_the_sqlite_files_too(sqlite_engine, tmp_path):
    fill(sqlite_engine)
    assert any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())
    erase_interview(sqlite_engine, "i-1")
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())
