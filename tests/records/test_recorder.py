"""The recorder: dialogue events become the record, answer by answer."""

import pytest
import sqlalchemy as sa

from coproduction.records.recorder import Recorder
from coproduction.records.tables import answers, counts, interviews, matches, verbatims
from coproduction.records.tombstones import digest
from coproduction.survey.instrument import current_instrument
from tests.records.events import EMPTY_SPOOL, KEY, action, interview, slot, typed


@pytest.fixture
def recorder(engine):
    return Recorder(engine, current_instrument())


def rows(engine, table):
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def codes(engine):
    return {row["variable"]: row["code"] for row in rows(engine, answers)}


def test_consent_begins_the_record(engine, recorder):
    recorder.record([slot("consent", 1)])
    (row,) = rows(engine, interviews)
    assert (row["interview_id"], row["instrument"], row["mode"], row["country"]) == (
        "i-1",
        "coproduction-1.0",
        "web",
        "GB",
    )


def test_each_answer_is_kept_under_its_variable(engine, recorder):
    recorder.record([slot("consent", 1)])
    recorder.record([slot("sector", 2)])
    recorder.record([slot("env1", 66), slot("effort", 1), slot("effort_min", 20), slot("topics", "wildlife litter")])
    assert codes(engine) == {
        "sector": "2",
        "env1": "66",
        "effort": "1",
        "effort_min": "20",
        "topics": "wildlife litter",
    }


def test_the_latest_answer_to_a_question_counts(engine, recorder):
    recorder.record([slot("consent", 1), slot("sector", 2), slot("sector", 3)])
    assert codes(engine) == {"sector": "3"}


def test_reading_events_again_changes_nothing(engine, recorder):
    events = [slot("consent", 1), slot("sector", 2), slot("sector", 3), slot("suggested", ["a", "b"])]
    recorder.record(events)
    before = [rows(engine, table) for table in (interviews, answers, matches)]
    recorder.record(events)
    recorder.record(events[1:2])
    assert [rows(engine, table) for table in (interviews, answers, matches)] == before


def test_steering_questions_and_other_slots_are_not_recorded(engine, recorder):
    recorder.record([slot("consent", 1), slot("background", 1), slot("match", 1), slot("language", "en")])
    assert codes(engine) == {}


def test_without_consent_only_a_refusal_is_counted(engine, recorder):
    refusal = {"event": "slot", "name": "consent", "value": 2, "timestamp": 1_800_000_000.0}
    recorder.record([refusal])
    recorder.record([{**slot("sector", 2), "interview": None}])
    recorder.record([refusal])
    assert [(row["disposition"], row["count"]) for row in rows(engine, counts)] == [("refused", 2)]
    assert rows(engine, interviews) == rows(engine, answers) == []


def test_someone_under_13_leaves_nothing_but_a_count(engine, recorder):
    recorder.record([slot("consent", 1), slot("sector", 2)])
    recorder.record([typed("I am 11", agegrp=0), slot("agegrp", 0)])
    assert [(row["disposition"], row["count"]) for row in rows(engine, counts)] == [("ineligible", 1)]
    assert rows(engine, interviews) == rows(engine, answers) == rows(engine, verbatims) == []


def test_typed_words_are_kept_redacted_beside_the_code(engine, recorder):
    recorder.record([slot("consent", 1)])
    recorder.record([typed("now and then, ask me at jo@example.org", env1=2), slot("env1", 2)])
    assert [(row["variable"], row["text"]) for row in rows(engine, verbatims)] == [
        ("env1", "now and then, ask me at [e-mail]")
    ]


@pytest.mark.parametrize("intent", ["emergency", "self_harm", "abuse", "service_request", "unclear", "propose"])
def test_words_that_were_no_answer_are_not_kept(engine, recorder, intent):
    recorder.record([slot("consent", 1), typed("something private", intent=intent)])
    assert rows(engine, verbatims) == []


def test_a_comment_is_redacted_and_kept_once(engine, recorder):
    recorder.record([slot("consent", 1), typed("ring 07700 900123", comment="ring 07700 900123")])
    recorder.record([slot("comment", "ring 07700 900123")])
    assert codes(engine) == {"comment": "ring [number]"}
    assert rows(engine, verbatims) == []


def test_what_was_redacted_before_it_was_published_is_not_redacted_again(engine, recorder):
    recorder.record([slot("consent", 1), {**slot("comment", "jo@example.org"), "redacted": True}])
    assert codes(engine) == {"comment": "jo@example.org"}


def test_suggestions_keep_their_rank_and_what_became_of_them(engine, recorder):
    recorder.record([slot("consent", 1), slot("suggested", ["a", "b"]), action("action_match")])
    recorder.record([slot("suggested", ["a", "b", "c"]), slot("declined", {"a": None})])
    recorder.record([slot("declined", {"a": "wrong_place"}), slot("chosen", ["c"])])
    found = {row["opportunity_id"]: row for row in rows(engine, matches)}
    assert [found[i]["rank"] for i in "abc"] == [1, 2, 3]
    assert (found["a"]["decline_reason"], found["a"]["chosen_at"]) == ("wrong_place", None)
    assert found["c"]["chosen_at"] is not None
    recorder.record([slot("chosen", [])])
    assert all(row["chosen_at"] is None for row in rows(engine, matches))
    assert rows(engine, interviews)[0]["completed_at"] is not None


def test_the_question_put_last_is_known(engine, recorder):
    recorder.record([slot("consent", 1), action("utter_ask_sector")])
    recorder.record([slot("sector", 2), action("utter_noted"), action("utter_ask_again_env1"), action("action_listen")])
    assert rows(engine, interviews)[0]["last_question"] == "env1"


def test_starting_over_clears_the_answers_but_not_the_interview(engine, recorder):
    recorder.record([slot("consent", 1), typed("green things", sector=2), slot("sector", 2)])
    reset = {**action("x"), "event": "reset_slots"}
    recorder.record([reset, slot("consent", 1), slot("sector", 3)])
    assert codes(engine) == {"sector": "3"}
    assert rows(engine, verbatims) == []
    assert len(rows(engine, interviews)) == 1


def test_an_erased_interview_does_not_come_back_when_its_events_are_read_again(engine, recorder):
    from coproduction.records.erasure import erase_interview, erased

    events = [slot("consent", 1), slot("sector", 2), slot("suggested", ["a"])]
    recorder.record(events)
    assert erase_interview(engine, EMPTY_SPOOL, "i-1")
    recorder.record(events)
    assert rows(engine, interviews) == rows(engine, answers) == rows(engine, matches) == []
    assert erased(engine) == [digest(KEY, "i-1")]


def test_two_interviews_do_not_touch_each_other(engine, recorder):
    other = interview("i-2", "WXYZ-2345")
    recorder.record([slot("consent", 1), slot("sector", 1), slot("consent", 1, other), slot("sector", 2, other)])
    found = {(row["interview_id"], row["code"]) for row in rows(engine, answers)}
    assert found == {("i-1", "1"), ("i-2", "2")}
