"""What has been kept for its time is deleted or made coarser, and only counts are left of that."""

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from coproduction.council import read_council
from coproduction.database import Base
from coproduction.records.contacts import Contacts
from coproduction.records.conversations import append_turn, load_events
from coproduction.records.durations import median_minutes
from coproduction.records.erasure import erase_by_reference
from coproduction.records.privacy_commands import DONE
from coproduction.records.recorder import Recorder
from coproduction.records.retention import DELETED_COMMENT, retain
from coproduction.records.spool import Spool
from coproduction.records.subject_access import held_for
from coproduction.records.tables import (
    answers,
    contacts,
    deletions,
    interviews,
    matches,
    turns,
    unclear_texts,
    verbatims,
)
from coproduction.survey.instrument import current_instrument
from coproduction.survey.versions import known_versions, read_versions
from tests.records.events import EMPTY_SPOOL, action, interview, said_now, slot, typed
from tests.survey.instrument_files import version

COUNCIL = read_council(Path(__file__).resolve().parents[2] / "council.yml")
DAY = 86400.0
BEGIN = 20_000 * DAY + 50_000  # early afternoon
INSTRUMENT = current_instrument()
VERSIONS = known_versions()
LATER = interview("i-2", "WXYZ-2345")


@pytest.fixture
def filled(engine):
    """An interview by someone who came before, with all that can be held of one."""
    who = {**interview(), "person": "p" * 32}
    recorder = Recorder(engine, INSTRUMENT)
    recorder.record([{**slot("consent", 1, who), "timestamp": BEGIN}])
    for step, event in enumerate(
        [
            action("utter_ask_env5", who),
            typed("moonish", who, intent="unclear"),
            typed("every day", who, env5=3),
            slot("env5", 3, who),
            slot("comment", "more benches", who),
            slot("suggested", ["a"], who),
            slot("chosen", ["a"], who),
        ],
        start=1,
    ):
        recorder.record([{**event, "timestamp": BEGIN + 10 * step}])
    append_turn(engine, said_now("c", "i-1", 1, [{"event": "user", "text": "hello"}]))
    Contacts(engine, [Fernet.generate_key().decode()]).remember("sms", "+447700900123", "c", now=BEGIN)
    with engine.begin() as connection:
        connection.execute(sa.update(turns).values(at=BEGIN))
    return engine


def everything(engine):
    with engine.connect() as connection:
        return [tuple(row) for table in Base.metadata.sorted_tables for row in connection.execute(sa.select(table))]


def column(engine, wanted):
    with engine.connect() as connection:
        return list(connection.execute(sa.select(wanted)).scalars())


def after(engine, days):
    done = retain(engine, COUNCIL, VERSIONS, EMPTY_SPOOL, BEGIN + 100 + days * DAY)
    return {what: count for what, count in done.items() if count}


def test_each_thing_goes_when_its_own_time_is_over(filled):
    assert after(filled, 1) == {}
    assert after(filled, COUNCIL.keep_contacts_days) == {"contacts": 1}
    assert after(filled, COUNCIL.keep_conversations_days) == {"conversations": 1, "unclear texts": 1}
    assert after(filled, COUNCIL.keep_links_days) == {"links": 1}
    assert after(filled, COUNCIL.keep_words_days) == {"words": 2, "exact times": 1}
    assert after(filled, 10 * COUNCIL.keep_words_days) == {}
    assert load_events(filled, "c") is None
    for wanted in (contacts.c.lookup, unclear_texts.c.text, verbatims.c.text):
        assert column(filled, wanted) == []
    assert column(filled, interviews.c.person) == [None]
    assert sorted(column(filled, answers.c.code)) == sorted(["3", DELETED_COMMENT])


def test_what_was_done_is_logged_in_counts_only(filled):
    after(filled, 400)
    with filled.connect() as connection:
        logged = {row.what: row.count for row in connection.execute(sa.select(deletions))}
    assert logged == {"contacts": 1, "conversations": 1, "unclear texts": 1, "words": 2, "links": 1, "exact times": 1}


def test_the_command_has_words_for_all_that_is_done(engine):
    assert retain(engine, COUNCIL, VERSIONS, EMPTY_SPOOL).keys() == DONE.keys()


def test_a_dry_run_says_the_same_and_changes_nothing(filled):
    before = everything(filled)
    due = retain(filled, COUNCIL, VERSIONS, EMPTY_SPOOL, BEGIN + 400 * DAY, dry_run=True)
    assert everything(filled) == before
    assert retain(filled, COUNCIL, VERSIONS, EMPTY_SPOOL, BEGIN + 400 * DAY) == due


def test_of_old_times_the_day_is_left_and_how_long_it_took(filled):
    with filled.connect() as connection:
        before = connection.execute(sa.select(interviews)).one()
    after(filled, 400)
    with filled.connect() as connection:
        row = connection.execute(sa.select(interviews)).one()
    assert row.started_at == row.consent_at == BEGIN - BEGIN % DAY
    assert row.last_at - row.started_at == before.last_at - before.started_at
    assert median_minutes(filled) is None


def test_with_the_times_the_reference_code_is_forgotten(filled):
    council = msgspec.structs.replace(COUNCIL, keep_conversations_days=5000)
    retain(filled, council, VERSIONS, EMPTY_SPOOL, BEGIN + 300 * DAY)
    assert held_for(filled, EMPTY_SPOOL, COUNCIL, VERSIONS, "ABCD-EFGH") is not None
    retain(filled, council, VERSIONS, EMPTY_SPOOL, BEGIN + 400 * DAY)
    assert held_for(filled, EMPTY_SPOOL, COUNCIL, VERSIONS, "ABCD-EFGH") is None
    assert not erase_by_reference(filled, EMPTY_SPOOL, "ABCD-EFGH")
    assert column(filled, interviews.c.interview_id) == ["i-1"]


def test_whole_interviews_are_kept_unless_the_council_has_set_an_end(filled):
    assert "answers" not in after(filled, 20_000)
    council = msgspec.structs.replace(COUNCIL, keep_answers_days=730)
    Recorder(filled, INSTRUMENT).record([{**slot("consent", 1, LATER), "timestamp": BEGIN + 200 * DAY}])
    at = BEGIN + 800 * DAY
    due = retain(filled, council, VERSIONS, EMPTY_SPOOL, at, dry_run=True)
    assert due["answers"] == 1
    assert retain(filled, council, VERSIONS, EMPTY_SPOOL, at) == due
    assert column(filled, interviews.c.interview_id) == ["i-2"]
    for table in (answers, verbatims, unclear_texts, matches):
        assert column(filled, table.c.interview_id) == []


def test_an_interview_whose_conversation_is_kept_stays_with_it(filled):
    council = msgspec.structs.replace(COUNCIL, keep_answers_days=7)
    assert retain(filled, council, VERSIONS, EMPTY_SPOOL, BEGIN + 20 * DAY)["answers"] == 0
    assert retain(filled, council, VERSIONS, EMPTY_SPOOL, BEGIN + 40 * DAY)["answers"] == 1


def test_what_was_set_aside_goes_some_time_after_the_last_of_it(engine, tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.append(said_now("c", "i-1", 1, [{"event": "user"}]))
    for _ in range(2):
        spool.set_aside(next(spool.read()))
    added = spool.set_aside_file.stat().st_mtime
    days = COUNCIL.keep_conversations_days
    assert retain(engine, COUNCIL, VERSIONS, spool, added + (days - 1) * DAY)["set aside"] == 0
    assert retain(engine, COUNCIL, VERSIONS, spool, added + (days + 1) * DAY, dry_run=True)["set aside"] == 2
    assert spool.set_aside_file.exists()
    assert retain(engine, COUNCIL, VERSIONS, spool, added + (days + 1) * DAY)["set aside"] == 2
    assert not spool.set_aside_file.exists()
    assert not spool.is_empty


def test_a_refused_comment_stays_a_code(engine):
    Recorder(engine, INSTRUMENT).record([slot("consent", 1), slot("comment", 77)])
    retain(engine, COUNCIL, VERSIONS, EMPTY_SPOOL, 1e11)
    assert column(engine, answers.c.code) == ["77"]


def test_a_conversation_with_a_late_message_stays(engine):
    append_turn(engine, said_now("c", "i", 1, [{"event": "user"}]))
    append_turn(engine, said_now("c", "i", 2, [{"event": "bot"}]))
    with engine.begin() as connection:
        connection.execute(sa.update(turns).where(turns.c.sequence == 1).values(at=BEGIN - 100 * DAY))
        connection.execute(sa.update(turns).where(turns.c.sequence == 2).values(at=BEGIN))
    assert after(engine, 1) == {}


def test_times_are_the_councils(filled):
    patient = msgspec.structs.replace(COUNCIL, keep_conversations_days=3000)
    assert retain(filled, patient, VERSIONS, EMPTY_SPOOL, BEGIN + 2000 * DAY)["conversations"] == 0


def test_words_answered_with_an_earlier_version_of_the_questionnaire_go_too(engine, tmp_path):
    hopes = """  - name: hopes
    kind: text
    text: "What do you hope for?"
    why: "It is a question of an earlier version, for tests only."
  - name: more
"""
    earlier = version(tmp_path, "0.9", ("  - name: more\n", hopes))
    Recorder(engine, earlier).record([slot("consent", 1), slot("hopes", "quiet"), slot("comment", "more benches")])
    Recorder(engine, INSTRUMENT).record([slot("consent", 1, LATER), slot("comment", "less noise", LATER)])
    versions = read_versions(tmp_path, INSTRUMENT)
    assert retain(engine, COUNCIL, versions, EMPTY_SPOOL, 1e11)["words"] == 3
    assert column(engine, answers.c.code) == 3 * [DELETED_COMMENT]
    assert retain(engine, COUNCIL, versions, EMPTY_SPOOL, 1e11)["words"] == 0
