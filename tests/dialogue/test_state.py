"""What is read from a conversation: the question that waits for an answer, the turn under way, what was done."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from coproduction.dialogue.state import Pending, current_turn, pending_question, read_answers, was_done
from coproduction.survey.instrument import current_instrument

DOMAIN = Domain.load("domain.yml")
PROPOSED = UserUttered("often-ish", {"name": "propose"}, [{"entity": "proposal", "role": "saf1", "value": 3}])


def conversation(*steps):
    """A tracker: `>intent` is a citizen's message, another string an action; events stand for themselves."""
    tracker = DialogueStateTracker("c-1", DOMAIN.slots)
    for step in steps:
        if isinstance(step, str):
            is_user = step.startswith(">")
            step = UserUttered("some words", {"name": step[1:]}) if is_user else ActionExecuted(step)
        tracker.update(step)
    return tracker


@pytest.mark.parametrize(
    ("steps", "pending"),
    [
        ([], None),
        (["utter_welcome"], None),
        (["utter_ask_sector"], Pending("sector")),
        (["utter_ask_sector", ">ask_why", "utter_why"], Pending("sector")),
        (["utter_ask_sector", ">answer", "utter_noted", "utter_ask_saf1"], Pending("saf1")),
        (["action_match"], Pending("match")),
        (["action_match", ">tell_more", "action_tell_more"], Pending("match")),
        (["utter_ask_background", ">tell_more", "action_tell_more"], Pending("match")),
        (["action_match", "utter_ask_hea1", ">decline", "action_decline"], Pending("match")),
        (["utter_ask_again_sector"], Pending("sector", asked_again=True)),
    ],
)
def test_the_question_put_last_waits_for_an_answer(steps, pending):
    assert pending_question(conversation(*steps)) == pending


@pytest.mark.parametrize("digressions", [1, 2, 3])
def test_a_question_asked_again_stays_so_through_digressions(digressions):
    steps = ["utter_ask_saf1", ">unclear", "utter_ask_again_saf1"]
    steps += [">ask_why", "utter_why", "utter_ask_saf1"] * digressions
    assert pending_question(conversation(*steps)) == Pending("saf1", asked_again=True)


def test_a_question_asked_again_once_and_answered_says_nothing_about_the_next():
    steps = ["utter_ask_again_saf1", ">answer", "utter_noted", "utter_ask_saf2", ">ask_why", "utter_why"]
    assert pending_question(conversation(*steps, "utter_ask_saf2")) == Pending("saf2")


def test_a_proposal_waits_for_yes_or_no():
    tracker = conversation("utter_ask_saf1", PROPOSED, "utter_propose", "action_listen")
    assert pending_question(tracker) == Pending("saf1", proposal=3)


def test_a_proposal_for_one_question_says_nothing_about_the_next():
    steps = ["utter_ask_saf1", PROPOSED, "utter_propose", ">answer", "utter_noted", "utter_ask_saf2"]
    assert pending_question(conversation(*steps)) == Pending("saf2")
    assert pending_question(conversation(*steps, ">ask_why", "utter_why", "utter_ask_saf2")) == Pending("saf2")


def test_a_proposal_after_the_question_was_asked_again_counts_as_asked_twice():
    tracker = conversation("utter_ask_saf1", "utter_ask_again_saf1", PROPOSED, "utter_propose", "action_listen")
    assert pending_question(tracker) == Pending("saf1", asked_again=True, proposal=3)


def test_a_question_put_again_after_a_proposal_counts_as_asked_twice():
    tracker = conversation("utter_ask_saf1", PROPOSED, "utter_propose", ">ask_why", "utter_why", "utter_ask_saf1")
    assert pending_question(tracker) == Pending("saf1", asked_again=True)


def test_what_is_neither_said_nor_done_is_passed_over():
    """Slots set in between, and actions without a name, as Rasa records them for end-to-end predictions."""
    said = UserUttered("the environment", {"name": "answer"}, [{"entity": "sector", "value": 2}])
    unnamed = ActionExecuted(action_text="Noted.")
    tracker = conversation("utter_ask_saf1", said, SlotSet("sector", 2), unnamed, "utter_noted", SlotSet("mode", "web"))
    assert pending_question(tracker) == Pending("saf1")
    assert current_turn(tracker).actions == ["utter_noted"]


def test_only_the_proposal_of_a_message_is_taken_for_one():
    amount = {"entity": "effort_min", "value": 30}
    message = UserUttered("a bit", {"name": "propose"}, [amount, {"entity": "proposal", "role": "effort", "value": 2}])
    assert pending_question(conversation(message, "utter_propose")) == Pending("effort", proposal=2)


@pytest.mark.parametrize("ending", ["utter_stopped", "utter_close", "utter_close_unrecorded", "utter_under_13"])
def test_after_the_end_no_question_waits(ending):
    assert pending_question(conversation("utter_ask_saf1", ">stop", ending)) is None


def test_a_question_put_after_carrying_on_waits_again():
    steps = ["utter_ask_again_saf1", ">stop", "utter_stopped", ">resume", "utter_resume", "utter_ask_saf1"]
    assert pending_question(conversation(*steps)) == Pending("saf1")


def test_answers_are_those_of_questions_only_and_only_where_there_is_one():
    tracker = conversation(SlotSet("consent", 1), SlotSet("sector", 2), SlotSet("agegrp", 0), SlotSet("mode", "web"))
    assert read_answers(tracker, current_instrument()) == {"consent": 1, "sector": 2, "agegrp": 0}


@pytest.mark.parametrize(("text", "typed"), [("the environment", True), ("2", True), ('/answer{"sector": 2}', False)])
def test_a_choice_that_was_tapped_is_told_from_what_was_typed(text, typed):
    message = UserUttered(text, {"name": "answer"}, [{"entity": "sector", "value": 2}])
    turn = current_turn(conversation("utter_ask_sector", message, "utter_noted"))
    assert (turn.intent, turn.entities, turn.typed, turn.actions) == ("answer", {"sector": 2}, typed, ["utter_noted"])


@pytest.mark.parametrize(
    ("steps", "spoken"),
    [
        (["action_match"], False),
        (["action_match", BotUttered("three things")], True),
        (["utter_noted", BotUttered("Noted."), "action_match"], False),
    ],
)
def test_an_action_that_said_nothing_is_noticed(steps, spoken):
    assert current_turn(conversation(">show_others", *steps)).spoken_since_last_action is spoken


@pytest.mark.parametrize(
    ("steps", "done"),
    [
        ([], False),
        (["utter_close", ">thank", "utter_thank"], True),
        (["utter_close", ">start_over", "action_start_over", "utter_ask_sector"], False),
        (["utter_close", ">start_over", "action_start_over", ">finish", "utter_close"], True),
    ],
)
def test_what_was_done_before_a_fresh_start_does_not_count(steps, done):
    assert was_done(conversation(*steps), ["utter_close"], since="action_start_over") is done
