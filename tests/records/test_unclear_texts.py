"""Texts to learn from: what was not understood or was corrected, redacted, with consent only."""

import pytest
import sqlalchemy as sa

from coproduction.records.erasure import erase_interview
from coproduction.records.recorder import Recorder
from coproduction.records.tables import interviews, unclear_texts, verbatims
from coproduction.survey.instrument import current_instrument
from tests.records.events import EMPTY_SPOOL, action, interview, slot, typed


@pytest.fixture
def recorder(engine):
    return Recorder(engine, current_instrument())


def rows(engine, table=unclear_texts):
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def kept(engine):
    return [(row["question"], row["text"], row["reason"]) for row in rows(engine)]


def change(question):
    return typed(f'/change{{"question": "{question}"}}', intent="change", question=question)


@pytest.mark.parametrize("intent", ["unclear", "no_answer"])
def test_a_text_that_was_not_understood_is_kept_with_its_question(engine, recorder, intent):
    recorder.record([slot("consent", 1), action("utter_ask_env1")])
    said = typed("when the moon is right", intent=intent)
    recorder.record([said, action("utter_ask_again_env1")])
    assert kept(engine) == [("env1", "when the moon is right", "asked again")]
    assert [row["at"] for row in rows(engine)] == [said["timestamp"]]


def test_it_is_redacted(engine, recorder):
    recorder.record([slot("consent", 1), action("utter_ask_env1")])
    recorder.record([typed("ask jo@example.org", intent="unclear")])
    assert kept(engine) == [("env1", "ask [e-mail]", "asked again")]


def test_a_button_that_leaves_a_question_open_is_no_text(engine, recorder):
    recorder.record([slot("consent", 1), action("utter_ask_env1"), typed('/no_answer{"env1": 99}', intent="no_answer")])
    assert kept(engine) == []


@pytest.mark.parametrize(
    "intent", ["emergency", "self_harm", "abuse", "service_request", "propose", "answer", "complaint", "stop"]
)
def test_what_was_understood_or_speaks_of_danger_is_not_kept(engine, recorder, intent):
    recorder.record([slot("consent", 1), action("utter_ask_env1"), typed("something private", intent=intent)])
    assert kept(engine) == []


def test_a_corrected_text_is_kept_with_the_question_it_was_misread_at(engine, recorder):
    said = typed("once in a blue moon, says jo@example.org", env1=3)
    recorder.record([slot("consent", 1), action("utter_ask_env1"), said, slot("env1", 3), action("utter_ask_env2")])
    recorder.record([change("env1")])
    assert kept(engine) == [("env1", "once in a blue moon, says [e-mail]", "corrected")]
    assert [row["at"] for row in rows(engine)] == [said["timestamp"]]
    assert [row["variable"] for row in rows(engine, verbatims)] == ["env1"]


def test_a_correction_of_what_was_tapped_keeps_nothing(engine, recorder):
    recorder.record([slot("consent", 1), slot("env1", 3), change("env1"), change("nonsense")])
    assert kept(engine) == []


def test_a_text_corrected_twice_is_kept_once(engine, recorder):
    recorder.record([slot("consent", 1), typed("blue moons", env1=3), slot("env1", 3), change("env1")])
    recorder.record([change("env1")])
    assert kept(engine) == [("env1", "blue moons", "corrected")]


def test_reading_events_again_changes_nothing(engine, recorder):
    events = [slot("consent", 1), action("utter_ask_env1"), typed("moonish", intent="unclear")]
    events += [typed("blue moons", env1=3), slot("env1", 3), change("env1"), typed("oh, never", env1=1)]
    recorder.record(events)
    before = rows(engine)
    recorder.record(events)
    recorder.record([action("utter_ask_env2")])
    recorder.record(events)
    assert rows(engine) == before
    assert sorted(kept(engine)) == [("env1", "blue moons", "corrected"), ("env1", "moonish", "asked again")]


def test_nothing_is_kept_without_consent(engine, recorder):
    said = typed("moonish", intent="unclear")
    recorder.record([{**action("utter_ask_env1"), "interview": None}, {**said, "interview": None}])
    recorder.record([action("utter_ask_env1"), said, change("env1")])
    assert rows(engine, interviews) == rows(engine) == []


def test_what_was_typed_before_consent_was_given_is_not_kept(engine, recorder):
    asked, said = action("utter_ask_consent"), typed("well, hm", intent="unclear")
    recorder.record([slot("consent", 1), action("utter_ask_sector")])
    recorder.record([asked, said])
    assert kept(engine) == []
    early = {**typed("moonish", intent="unclear"), "timestamp": 1.0}
    recorder.record([action("utter_ask_sector"), early])
    assert kept(engine) == []


def test_a_refusal_afterwards_deletes_it(engine, recorder):
    recorder.record([slot("consent", 1), action("utter_ask_env1"), typed("moonish", intent="unclear")])
    recorder.record([slot("consent", 2)])
    assert kept(engine) == []


def test_nothing_is_kept_of_an_erased_interview(engine, recorder):
    events = [slot("consent", 1), action("utter_ask_env1"), typed("moonish", intent="unclear")]
    recorder.record(events)
    erase_interview(engine, EMPTY_SPOOL, "i-1")
    recorder.record(events)
    recorder.record([typed("moonish still", intent="unclear"), change("env1")])
    assert kept(engine) == []


def test_starting_over_deletes_it_with_the_answers(engine, recorder):
    recorder.record([slot("consent", 1), action("utter_ask_env1"), typed("moonish", intent="unclear")])
    recorder.record([{**action("x"), "event": "reset_slots"}])
    assert kept(engine) == []


def test_it_ends_with_its_interview(engine, recorder):
    recorder.record([slot("consent", 1), action("utter_ask_env1"), typed("moonish", intent="unclear")])
    with engine.begin() as connection:
        connection.execute(sa.delete(interviews))
    assert kept(engine) == []


def test_two_interviews_do_not_touch_each_other(engine, recorder):
    other = interview("i-2", "WXYZ-2345")
    recorder.record([slot("consent", 1), slot("consent", 1, other)])
    recorder.record([action("utter_ask_env1"), action("utter_ask_saf1", other)])
    recorder.record([typed("moonish", other, intent="unclear")])
    assert [(row["interview_id"], row["question"]) for row in rows(engine)] == [("i-2", "saf1")]
