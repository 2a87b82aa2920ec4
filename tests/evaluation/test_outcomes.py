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
BEES_PERHAPS_GARDEN = Utterance("topics", "bees", {"topics": "wildlife"}, frozenset(), also=frozenset({"gardening"}))
COMMENT = Utterance("comment", "mend the swing", {"comment": "mend the swing"}, frozenset())
YES = Utterance("env1", "quite so", {"env1": 3}, frozenset(), proposal=3)
NO = Utterance("env1", "not so", {}, frozenset({"change"}), proposal=3)
WHY_PROPOSED = Utterance("env1", "why is that", {}, frozenset({"ask_why"}), proposal=3)


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
        (BEES, answer(topics="wildlife"), Outcome.RIGHT),
        (BEES, answer(topics="wildlife gardening"), Outcome.RECORDED_WRONG),
        (BEES_PERHAPS_GARDEN, answer(topics="gardening wildlife"), Outcome.RIGHT),
        (BEES_PERHAPS_GARDEN, answer(topics="gardening"), Outcome.RECORDED_WRONG),
        (BEES_PERHAPS_GARDEN, answer(topics="wildlife litter"), Outcome.RECORDED_WRONG),
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
        (COMMENT, answer(comment="mend the swing"), Outcome.RIGHT),
        (COMMENT, Decision("service_request", "classifier"), Outcome.DIGRESSION),
        (COMMENT, Decision("skip", "commands", {"comment": 99}), Outcome.RECORDED_WRONG),
        (YES, answer(env1=3), Outcome.RIGHT),
        (YES, Decision("change", "confirmation"), Outcome.ASKED_AGAIN),
        (NO, Decision("change", "confirmation"), Outcome.RIGHT),
        (NO, Decision("unclear", "none"), Outcome.ASKED_AGAIN),
        (NO, propose("env1", 3), Outcome.PROPOSED_WRONG),
        (NO, answer(env1=3), Outcome.RECORDED_WRONG),
        (WHY_PROPOSED, Decision("ask_why", "classifier"), Outcome.RIGHT),
        (WHY_PROPOSED, Decision("change", "confirmation"), Outcome.ASKED_AGAIN),
    ],
)
def test_an_outcome_follows_from_utterance_and_decision(utterance, decision, outcome):
    assert judge(utterance, decision) is outcome


def said(intent, *about, on_show=("A", "B", "C"), spoken_of=None, wish=None):
    return Utterance(
        "match",
        "a text",
        {},
        frozenset({intent}),
        on_show=on_show,
        spoken_of=spoken_of,
        about=frozenset(about),
        wish=wish,
    )


def decided(intent, *opportunities, wish=None):
    answers = {"match": 1} if intent == "finish" else {}
    return Decision(intent, "classifier", answers, opportunities=opportunities, wish=wish)


@pytest.mark.parametrize(
    ("utterance", "decision", "outcome"),
    [
        (said("choose", "A"), decided("choose", "A"), Outcome.RIGHT),
        (said("choose", "A", "C"), decided("choose", "C", "A"), Outcome.RIGHT),
        (said("choose", "A", "C"), decided("choose", "A"), Outcome.RECORDED_WRONG),
        (said("choose", "A"), decided("choose", "B"), Outcome.RECORDED_WRONG),
        (said("choose", "A"), decided("decline", "A"), Outcome.RECORDED_WRONG),
        (said("choose", "A"), decided("tell_more", "A"), Outcome.DIGRESSION),
        (said("choose", "A"), decided("choose"), Outcome.ASKED_AGAIN),
        (said("choose"), decided("choose"), Outcome.RIGHT),
        (said("choose", "B", spoken_of="B"), decided("choose"), Outcome.RIGHT),
        (said("choose", "A", on_show=("A",)), decided("choose"), Outcome.RIGHT),
        (said("choose", "A", wish="instead"), decided("choose", "A", wish="instead"), Outcome.RIGHT),
        (said("choose", "A", wish="instead"), decided("choose", "A"), Outcome.RECORDED_WRONG),
        (said("tell_more", "A"), decided("tell_more", "B"), Outcome.DIGRESSION),
        (said("decline", "A"), Decision("unclear", "none"), Outcome.ASKED_AGAIN),
        (said("decline", "A"), decided("show_others"), Outcome.DIGRESSION),
        (said("show_others", wish="shorter"), decided("show_others", wish="shorter"), Outcome.RIGHT),
        (said("show_others", wish="shorter"), decided("show_others"), Outcome.DIGRESSION),
        (said("show_others"), answer(effort=1), Outcome.RECORDED_WRONG),
        (said("finish"), decided("finish"), Outcome.RIGHT),
        (said("finish"), Decision("stop", "stock"), Outcome.RIGHT),
        (said("show_others"), decided("finish"), Outcome.DIGRESSION),
        (said("ask_why"), decided("choose", "A"), Outcome.RECORDED_WRONG),
    ],
)
def test_about_suggestions_it_counts_what_was_said_of_which(utterance, decision, outcome):
    assert judge(utterance, decision) is outcome


@pytest.mark.parametrize(
    ("utterance", "kind"),
    [
        (OFTEN, "habits"),
        (GREEN_ALONE, "several facts"),
        (BEES, "topics"),
        (VAGUE, "too vague"),
        (WHY, "digressions"),
        (COMMENT, "comment"),
        (YES, "proposals"),
        (NO, "proposals"),
        (WHY_PROPOSED, "digressions"),
        (said("choose", "A"), "suggestions"),
        (said("ask_why"), "digressions"),
        (Utterance("env1", "help", {}, frozenset({"emergency", "abuse"})), "emergencies and self-harm"),
        (Utterance("env1", "help", {}, frozenset({"abuse"})), "abuse"),
        (Utterance("env2", "never, the one before", {"env1": 1}, frozenset(), ("env1",)), "an earlier question"),
    ],
)
def test_utterances_are_counted_by_kind(utterance, kind):
    assert kind_of(utterance) == kind
