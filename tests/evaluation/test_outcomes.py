"""What became of an utterance, from what was decided about it."""

import pytest

from coproduction.dialogue.understanding.situation import Decision
from evaluation.outcomes import Outcome, judge, kind_of
from evaluation.utterances import Utterance

OFTEN = Utterance("env1", "every week", {"env1": 3}, frozenset())
GREEN_ALONE = Utterance("sector", "green, alone", {"sector": 2, "company": 1}, frozenset())
BEES = Utterance("topics", "bees", {"topics": "wildlife"}, frozenset())
VAGUE = Utterance("env1", "hm", {}, frozenset())
WHY = Utterance("env1", "what for", {}, frozenset({"ask_why"}))
DELETE = Utterance("env1", "wipe it", {}, frozenset({"delete_answers"}))
SKIP = Utterance("env1", "next one", {}, frozenset({"skip"}))


def answer(**codes):
    return Decision("answer", "rules", codes)


def propose(name, code):
    return Decision("propose", "rules", proposal=(name, code))


@pytest.mark.parametrize(
    ("utterance", "decision", "outcome"),
    [
        (OFTEN, answer(env1=3), Outcome.RIGHT),
        (OFTEN, answer(env1=2), Outcome.RECORDED_WRONG),
        (OFTEN, answer(env1=3, company=1), Outcome.RECORDED_WRONG),
        (OFTEN, propose("env1", 3), Outcome.PROPOSED),
        (OFTEN, propose("env1", 2), Outcome.PROPOSED_WRONG),
        (OFTEN, Decision("unclear", "none"), Outcome.ASKED_AGAIN),
        (OFTEN, Decision("ask_why", "classifier"), Outcome.DIGRESSION),
        (OFTEN, Decision("skip", "classifier", {"env1": 99}), Outcome.RECORDED_WRONG),
        (GREEN_ALONE, answer(sector=2, company=1), Outcome.RIGHT),
        (GREEN_ALONE, answer(sector=2), Outcome.RIGHT),
        (BEES, answer(topics="wildlife gardening"), Outcome.RIGHT),
        (BEES, answer(topics="other"), Outcome.RECORDED_WRONG),
        (VAGUE, Decision("unclear", "none"), Outcome.RIGHT),
        (VAGUE, propose("env1", 3), Outcome.RIGHT),
        (VAGUE, answer(env1=3), Outcome.RECORDED_WRONG),
        (WHY, Decision("ask_why", "classifier"), Outcome.RIGHT),
        (WHY, Decision("ask_about", "classifier"), Outcome.DIGRESSION),
        (WHY, Decision("unclear", "none"), Outcome.ASKED_AGAIN),
        (WHY, propose("env1", 3), Outcome.PROPOSED_WRONG),
        (WHY, answer(env1=3), Outcome.RECORDED_WRONG),
        (DELETE, Decision("unsure_delete", "classifier"), Outcome.RIGHT),
        (SKIP, Decision("skip", "commands", {"env1": 99}), Outcome.RIGHT),
    ],
)
def test_an_outcome_follows_from_utterance_and_decision(utterance, decision, outcome):
    assert judge(utterance, decision) is outcome


@pytest.mark.parametrize(
    ("utterance", "kind"),
    [
        (OFTEN, "habits"),
        (GREEN_ALONE, "several facts"),
        (BEES, "topics"),
        (VAGUE, "too vague"),
        (WHY, "digressions"),
        (Utterance("env1", "help", {}, frozenset({"emergency", "abuse"})), "emergencies and self-harm"),
        (Utterance("env1", "help", {}, frozenset({"abuse"})), "abuse"),
        (Utterance("env2", "never, the one before", {"env1": 1}, frozenset(), ("env1",)), "an earlier question"),
    ],
)
def test_utterances_are_counted_by_kind(utterance, kind):
    assert kind_of(utterance) == kind
