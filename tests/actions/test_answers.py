"""The citizen's own answers: shown, deleted, forgotten for a fresh start."""

import logging

import pytest
import sqlalchemy as sa
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import suggestions
from actions.answers import ActionDeleteAnswers, ActionShowAnswers, ActionStartOver
from coproduction.records.recorder import Recorder
from coproduction.records.tables import answers, interviews, tombstones
from coproduction.survey.instrument import current_instrument
from tests.records.events import SECRET_KEY, slot

START = {
    "language": "en",
    "mode": "web",
    "country": "GB",
    "interview_id": "i-1",
    "reference": "7K3M-QX9T",
    "duration": "About three minutes",
}
ANSWERS = {"consent": 1, "sector": 2, "env1": 3, "topics": "street_lighting road_safety", "comment": "More trees"}


@pytest.fixture
def database(sqlite_engine, monkeypatch):
    """The database of the action server."""
    monkeypatch.setenv("DATABASE_URL", str(sqlite_engine.url))
    monkeypatch.setenv("SECRET_KEY", SECRET_KEY)
    suggestions.engine.cache_clear()
    yield sqlite_engine
    suggestions.engine().dispose()
    suggestions.engine.cache_clear()


def run(action, **slots):
    """The message an action says, whether it resets all slots, and the slots it sets."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, Tracker.from_dict({"sender_id": "c-1", "slots": slots}), {})
    (message,) = dispatcher.messages
    resets = [event["event"] for event in events][:1] == ["reset_slots"]
    return message, resets, {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def count(engine, table):
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()


def test_answers_are_shown_in_words_question_by_question():
    message, _, _ = run(ActionShowAnswers(), **START, **ANSWERS)
    assert message["response"] == "utter_answers"
    assert message["answers"].splitlines() == [
        "Which of these matters most to you? Local environment.",
        "How often do you sort your rubbish for recycling? Often.",
        f"{current_instrument().question('topics').text} street lighting, road safety.",
        f"{current_instrument().question('comment').text} “More trees”.",
    ]


def test_an_answer_left_open_is_shown_too():
    message, _, _ = run(ActionShowAnswers(), env1=66, agegrp=77)
    first, second = message["answers"].splitlines()
    assert first.endswith("? Does not apply to me.")
    assert second.endswith(" Rather not say.")


@pytest.mark.parametrize("slots", [{}, START, {**START, "consent": 1}])
def test_where_nothing_was_answered_that_is_said(slots):
    message, resets, changed = run(ActionShowAnswers(), **slots)
    assert (message["response"], resets, changed) == ("utter_no_answers", False, {})


def test_deleting_erases_the_record_and_forgets_the_answers(database):
    Recorder(database, current_instrument()).record([slot("consent", 1), slot("sector", 2)])
    assert count(database, answers) == 1
    message, resets, kept = run(ActionDeleteAnswers(), **START, **ANSWERS)
    assert message["response"] == "utter_deleted"
    assert count(database, interviews) == count(database, answers) == 0
    assert count(database, tombstones) == 1
    assert resets
    assert kept == {
        "language": "en",
        "mode": "web",
        "country": "GB",
        "duration": "About three minutes",
        "consent": 2,
        "erased": True,
    }


@pytest.mark.parametrize("slots", [START, {**START, "interview_id": None}, {}])
def test_where_nothing_is_stored_the_chat_is_forgotten_and_that_is_said(database, slots):
    message, resets, kept = run(ActionDeleteAnswers(), **slots)
    assert message["response"] == "utter_nothing_to_delete"
    assert resets
    assert kept["erased"] is True


def test_a_deletion_that_failed_is_not_claimed_and_its_log_has_no_details(database, caplog):
    Recorder(database, current_instrument()).record([slot("consent", 1), slot("sector", 2)])
    with database.begin() as connection:
        connection.exec_driver_sql("DROP TABLE turns")
    with caplog.at_level(logging.DEBUG, logger="actions"):
        message, resets, changed = run(ActionDeleteAnswers(), **START, **ANSWERS)
    assert (message["response"], resets, changed) == ("utter_not_deleted", False, {})
    assert count(database, answers) == 1
    assert caplog.messages == ["action_delete_answers failed: OperationalError"]
    assert "i-1" not in caplog.text


@pytest.mark.parametrize("consent", [1, 2])
def test_starting_over_forgets_the_answers_and_keeps_consent(consent):
    message, resets, kept = run(ActionStartOver(), **START, **{**ANSWERS, "consent": consent, "erased": None})
    assert message["response"] == "utter_started_over"
    assert resets
    assert kept == {**START, "person": None, "erased": None, "consent": consent}


def test_starting_over_after_a_deletion_stays_unrecorded():
    _, _, kept = run(ActionStartOver(), **START, consent=2, erased=True)
    assert (kept["erased"], kept["consent"]) == (True, 2)
