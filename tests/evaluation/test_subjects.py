"""What is evaluated is told the situation an utterance was typed in; stock is judged fairly."""

import pytest

from coproduction.dialogue.understanding.situation import Decision
from coproduction.survey.instrument import current_instrument
from evaluation.outcomes import Outcome, judge
from evaluation.subjects import context_of, stock_decision
from evaluation.utterances import Utterance

INSTRUMENT = current_instrument()
DO_IT = Utterance("match", "that one", {}, frozenset({"choose"}), on_show=("A", "B"), about=frozenset({"B"}))
SWITCH = Utterance("match", "B now", {}, DO_IT.intents, on_show=("A", "B"), about=DO_IT.about, wish="instead")
YES = Utterance("env1", "quite so", {"env1": 2}, frozenset(), proposal=2)
NO = Utterance("more", "not so", {}, frozenset({"change"}), proposal=1)
COMMENT = Utterance("comment", "mend the swing", {"comment": "mend the swing"}, frozenset())
SKIP = Utterance("env1", "next one", {}, frozenset({"skip"}))


def test_the_context_holds_the_suggestions_and_the_proposal():
    spoken_of = Utterance("match", "that", {}, frozenset({"choose"}), on_show=("A", "B"), spoken_of="B")
    context = context_of(spoken_of)
    assert (context.on_show, context.titles, context.spoken_of) == (("A", "B"), {"A": "A", "B": "B"}, "B")
    assert context_of(YES).proposal == 2


@pytest.mark.parametrize(
    ("utterance", "intent", "outcome"),
    [
        (DO_IT, "choose", Outcome.RIGHT),
        (DO_IT, "decline", Outcome.RECORDED_WRONG),
        (DO_IT, "affirm", Outcome.ASKED_AGAIN),
        (SWITCH, "choose", Outcome.RIGHT),
        (YES, "affirm", Outcome.RIGHT),
        (YES, "frequency_often", Outcome.RECORDED_WRONG),
        (NO, "deny", Outcome.RIGHT),
        (COMMENT, "sector_safety", Outcome.RIGHT),
        (COMMENT, "skip", Outcome.RECORDED_WRONG),
        (SKIP, "skip", Outcome.RIGHT),
    ],
)
def test_stock_is_judged_by_its_intent(utterance, intent, outcome):
    assert judge(utterance, stock_decision(utterance, intent, INSTRUMENT)) is outcome


def test_a_question_that_stock_leaves_out_is_recorded_so():
    assert stock_decision(SKIP, "skip", INSTRUMENT) == Decision("answer", "stock", {"env1": 99})
