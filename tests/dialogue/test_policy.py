"""The order of the interview: what the assistant does after each message, given the rules and the questionnaire."""

from pathlib import Path

import pytest
import yaml
from rasa.core.training import load_data
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from coproduction.dialogue.policy import InterviewPolicy, next_action
from coproduction.dialogue.state import Pending, pending_question
from coproduction.survey.instrument import current_instrument

DOMAIN = Domain.load("domain.yml")
INSTRUMENT = current_instrument()
RULES = {
    "start": ["utter_welcome"],
    "ask_why": ["utter_why"],
    "thank": ["utter_thank"],
    "concern": ["utter_concern"],
    "stop": ["utter_stopped", "action_listen"],
    "resume": ["utter_resume"],
    "start_over": ["action_start_over"],
    "show_others": ["action_match"],
    "choose": ["action_choose"],
    "delete_answers": ["action_delete_answers", "action_listen"],
    "decline_reason": ["action_decline_reason", "action_match", "action_listen"],
}
TO_MATCH = {
    "consent": 1, "sector": 1, "saf1": 1, "saf2": 2, "saf3": 3, "saf4": 66, "saf5": 1, "effic": 3, "more": 1,
    "effort": 1, "company": 1, "place": 1, "topics": 99, "agegrp": 3,
}  # fmt: skip
COMPLETE = {**TO_MATCH, "match": 1, "background": 2, "comment": 99}


def message(intent, typed=False, **entities):
    """A citizen's message; a choice that was tapped unless it was typed."""
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return UserUttered("some words" if typed else f"/{intent}", {"name": intent}, found)


def conversation(answers, *steps, **other_slots):
    """A tracker with these answers; strings are actions."""
    tracker = DialogueStateTracker("c-1", DOMAIN.slots)
    for name, value in {**answers, **other_slots}.items():
        tracker.update(SlotSet(name, value))
    for step in steps:
        tracker.update(ActionExecuted(step) if isinstance(step, str) else step)
    return tracker


def reply(tracker, silent=()):
    """All that is done until the assistant listens; actions named in `silent` say nothing."""
    done = []
    while len(done) < 8 and (action := next_action(INSTRUMENT, RULES, tracker)) != "action_listen":
        done.append(action)
        tracker.update(ActionExecuted(action))
        if action not in silent:
            tracker.update(BotUttered("something"))
    return done


@pytest.mark.parametrize(
    ("answers", "before", "said", "wanted"),
    [
        ({}, [], message("start"), ["utter_welcome", "utter_ask_consent"]),
        ({"consent": 1}, ["utter_ask_consent"], message("answer", consent=1), ["utter_consent", "utter_ask_sector"]),
        ({"consent": 2}, ["utter_ask_consent"], message("answer", consent=2), ["utter_no_consent", "utter_ask_sector"]),
        ({"sector": 2, "consent": 1}, ["utter_ask_sector"], message("answer", sector=2), ["utter_ask_env1"]),
        (
            {"sector": 2, "consent": 1},
            ["utter_ask_sector"],
            message("answer", typed=True, sector=2),
            ["utter_noted", "utter_ask_env1"],
        ),
        (
            {**TO_MATCH, "topics": 99} | {"agegrp": None},
            ["utter_ask_topics"],
            message("answer", typed=True, topics=99),
            ["utter_ask_agegrp"],
        ),
    ],
    ids=["start", "consent", "no consent", "tapped", "typed answers are noted", "a skipped one is not noted"],
)
def test_an_answer_leads_to_the_first_question_that_applies_and_has_none(answers, before, said, wanted):
    assert reply(conversation(answers, *before, said)) == wanted


@pytest.mark.parametrize("intent", ["ask_why", "thank"])
def test_after_a_digression_the_pending_question_follows(intent):
    tracker = conversation({"consent": 1}, "utter_ask_sector", "action_listen", message(intent, typed=True))
    assert reply(tracker) == [*RULES[intent], "utter_ask_sector"]


def test_after_stop_the_assistant_waits_and_carries_on_where_it_was():
    tracker = conversation({"consent": 1, "sector": 3}, "utter_ask_hea1", message("stop", typed=True))
    assert reply(tracker) == ["utter_stopped"]
    tracker.update(message("resume"))
    assert reply(tracker) == ["utter_resume", "utter_ask_hea1"]


def test_an_unclear_message_has_the_question_asked_again():
    tracker = conversation({"consent": 1}, "utter_ask_sector", message("unclear", typed=True))
    assert reply(tracker) == ["utter_ask_again_sector"]


def test_a_proposal_is_put_and_waits():
    proposal = UserUttered("ish", {"name": "propose"}, [{"entity": "proposal", "role": "sector", "value": 2}])
    assert reply(conversation({"consent": 1}, "utter_ask_sector", proposal)) == ["utter_propose"]


def test_who_may_be_in_danger_is_told_the_numbers_before_a_proposal_is_put():
    entities = [{"entity": "proposal", "role": "sector", "value": 2}]
    tracker = conversation({"consent": 1}, "utter_ask_sector", UserUttered("ish", {"name": "concern"}, entities))
    assert reply(tracker) == ["utter_concern", "utter_propose"]
    assert pending_question(tracker) == Pending("sector", proposal=2)


def test_who_may_be_in_danger_and_answered_nothing_is_asked_the_question_again():
    tracker = conversation({"consent": 1}, "utter_ask_sector", message("concern", typed=True))
    assert reply(tracker) == ["utter_concern", "utter_ask_sector"]


def test_a_question_to_be_changed_is_asked_again():
    tracker = conversation(COMPLETE, "utter_close", message("change", question="effort"))
    assert reply(tracker) == ["utter_ask_effort"]


def test_a_question_the_instrument_does_not_have_cannot_be_changed():
    tracker = conversation({"consent": 1}, "utter_ask_sector", message("change", question="income"))
    assert reply(tracker) == ["utter_ask_sector"]


def test_a_revisited_question_is_kept_after_a_digression():
    tracker = conversation({"consent": 1, "sector": 1, "saf1": 3}, "utter_ask_saf2", message("change", question="saf1"))
    assert reply(tracker) == ["utter_ask_saf1"]
    tracker.update(message("ask_why", typed=True))
    assert reply(tracker) == ["utter_why", "utter_ask_saf1"]
    tracker.update(message("answer", saf1=2))
    tracker.update(SlotSet("saf1", 2))
    assert reply(tracker) == ["utter_ask_saf2"]


@pytest.mark.parametrize(
    ("pending", "wanted"), [("saf2", "saf1"), ("saf1", "sector"), ("sector", "consent"), ("consent", "consent")]
)
def test_going_back_leads_to_the_question_before_and_never_out_of_the_interview(pending, wanted):
    answers = {"consent": 1, "sector": 1, "saf1": 3}
    assert reply(conversation(answers, f"utter_ask_{pending}", message("go_back"))) == [f"utter_ask_{wanted}"]


def test_suggestions_follow_the_age():
    tracker = conversation(TO_MATCH, "utter_ask_agegrp", message("answer", agegrp=3))
    assert reply(tracker) == ["action_match"]


def test_suggestions_on_show_are_not_looked_for_again_after_a_digression():
    tracker = conversation(TO_MATCH, "action_match", message("ask_why", typed=True), on_show=["sample:a"])
    assert reply(tracker) == ["utter_why", "utter_ask_match"]


@pytest.mark.parametrize("wish", ["sector", "effort", "company", "place", "topics", "agegrp"])
def test_a_changed_wish_brings_fresh_suggestions(wish):
    answer = message("answer", **{wish: TO_MATCH[wish]})
    tracker = conversation(TO_MATCH, "action_match", answer, on_show=["sample:a"])
    assert reply(tracker) == ["action_match"]


@pytest.mark.parametrize("other", ["saf1", "effic", "more"])
def test_an_answer_that_is_no_wish_brings_no_fresh_suggestions(other):
    answer = message("answer", **{other: TO_MATCH[other]})
    tracker = conversation(TO_MATCH, "action_match", answer, on_show=["sample:a"])
    assert reply(tracker) == ["utter_ask_match"]


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        ("show_others", ["action_match", "utter_match_unavailable"]),
        ("choose", ["action_choose", "utter_not_now", "utter_ask_match"]),
        ("decline_reason", ["action_decline_reason", "utter_not_now"]),
        ("delete_answers", ["action_delete_answers", "utter_not_deleted"]),
        ("start_over", ["action_start_over", "utter_not_now", "utter_ask_match"]),
    ],
)
def test_an_action_that_says_nothing_is_admitted_not_to_have_been_done(intent, wanted):
    tracker = conversation(TO_MATCH, "action_match", message(intent), on_show=["sample:a"])
    assert reply(tracker, silent={wanted[0]}) == wanted


def test_after_a_reason_for_declining_the_next_suggestion_follows():
    tracker = conversation(TO_MATCH, "action_match", message("decline_reason"), on_show=["sample:a"])
    assert reply(tracker) == ["action_decline_reason", "action_match"]


@pytest.mark.parametrize(
    ("answers", "closing"),
    [(COMPLETE, "utter_close"), ({**TO_MATCH, "consent": 2, "match": 1}, "utter_close_unrecorded")],
    ids=["recorded", "unrecorded"],
)
def test_the_end_is_said_once_and_again_after_a_fresh_start(answers, closing):
    tracker = conversation(answers, "action_match", message("finish", match=1), on_show=["sample:a"])
    assert reply(tracker) == [closing]
    tracker.update(message("thank", typed=True))
    assert reply(tracker) == ["utter_thank"]
    tracker.update(message("nonsense", typed=True))
    assert reply(tracker) == ["utter_finished"]
    tracker.update(message("start_over"))
    assert reply(tracker) == ["action_start_over", closing]


@pytest.mark.parametrize("consent", [1, 2])
def test_someone_under_13_is_asked_nothing_more(consent):
    tracker = conversation({**TO_MATCH, "consent": consent, "agegrp": 0}, message("answer", typed=True, agegrp=0))
    assert reply(tracker) == ["utter_under_13"]
    tracker.update(message("answer", typed=True, sector=2))
    assert reply(tracker) == ["utter_under_13"]


def test_a_trained_policy_answers_every_digression_by_its_rule(tmp_path):
    storage = LocalModelStorage.create(tmp_path)
    parts = {}, storage, Resource("policy"), ExecutionContext(GraphSchema({}))
    InterviewPolicy(*parts).train(load_data("data/rules.yml", DOMAIN), DOMAIN)
    policy = InterviewPolicy.load(*parts)
    for rule in yaml.safe_load(Path("data/rules.yml").read_text())["rules"]:
        (intent, *actions) = [name for step in rule["steps"] for name in step.values()]
        tracker = conversation({"consent": 1}, "utter_ask_sector", "action_listen", message(intent, typed=True))
        wanted = [*actions, *(["action_listen"] if rule.get("wait_for_user_input", True) else [])]
        for action in wanted:
            probabilities = policy.predict_action_probabilities(tracker, DOMAIN).probabilities
            assert probabilities[DOMAIN.index_for_action(action)] == sum(probabilities) == 1.0, rule["rule"]
            tracker.update(ActionExecuted(action))
            tracker.update(BotUttered("something"))
