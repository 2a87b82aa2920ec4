"""What became of an utterance: coded right, proposed, asked again, recorded wrong."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from coproduction.dialogue.understanding.decision import CONCERN
from coproduction.dialogue.understanding.likeness import DANGERS
from coproduction.dialogue.understanding.situation import Decision
from coproduction.survey.instrument import NO_ANSWER, Code
from evaluation.utterances import Utterance

SAME_AS = {
    "delete_answers": {"unsure_delete"},
    "start_over": {"unsure_start_over"},
    "stop": {"finish"},
    "go_back": {"change"},
    **{danger: {CONCERN} for danger in DANGERS},
}
"""Other intents that deal with the same wish: what cannot be undone is asked about once more, and where danger is only
likely, the numbers for all kinds are named."""


class Outcome(Enum):
    """What became of an utterance. Only `RECORDED_WRONG` leaves a wrong code in the record."""

    RIGHT = "right at once"
    PROPOSED = "right in the proposal"
    PROPOSED_WRONG = "proposed wrong"
    ASKED_AGAIN = "asked again"
    DIGRESSION = "taken for something else"
    RECORDED_WRONG = "recorded wrong"


def judge(utterance: Utterance, decision: Decision) -> Outcome:
    """What became of an utterance, from what was decided about it.

    A text that is too vague to be coded is right when it is asked again or proposed; one that is no answer, when it
    is dealt with as what it is.
    """
    if utterance.intents:
        return _judge_digression(utterance, decision)
    if decision.answers:
        return _judge_answers(utterance, decision.answers)
    if utterance.is_vague:
        return Outcome.RIGHT if decision.intent in ("unclear", "propose", "no_answer") else Outcome.DIGRESSION
    if decision.proposal is not None:
        name, code = decision.proposal
        return Outcome.PROPOSED if utterance.answers.get(name) == code else Outcome.PROPOSED_WRONG
    return Outcome.ASKED_AGAIN if decision.intent == "unclear" else Outcome.DIGRESSION


def _judge_digression(utterance: Utterance, decision: Decision) -> Outcome:
    accepted = utterance.intents.union(*(SAME_AS.get(intent, set()) for intent in utterance.intents))
    if decision.intent in accepted:
        return Outcome.RIGHT
    if "skip" in utterance.intents and dict(decision.answers) == {utterance.question: NO_ANSWER}:
        return Outcome.RIGHT
    if decision.answers:
        return Outcome.RECORDED_WRONG
    if decision.proposal is not None:
        return Outcome.PROPOSED_WRONG
    return Outcome.ASKED_AGAIN if decision.intent == "unclear" else Outcome.DIGRESSION


def _judge_answers(utterance: Utterance, answers: Mapping[str, Code]) -> Outcome:
    """Wrong as soon as one code is not what was said; right where some of several facts were missed.

    Topics are right where all that were named are there, whatever else is.
    """
    given = {name: code for name, code in answers.items() if _is_said(code, utterance.answers.get(name))}
    return Outcome.RIGHT if given and given == dict(answers) else Outcome.RECORDED_WRONG


def kind_of(utterance: Utterance) -> str:
    """The row of the table an utterance belongs to: its question (habits together), or the kind of digression."""
    if utterance.intents & DANGERS:
        return "abuse" if utterance.intents == {"abuse"} else "emergencies and self-harm"
    if utterance.intents:
        return "digressions"
    if utterance.is_vague:
        return "too vague"
    if utterance.answered:
        return "an earlier question"
    if len(utterance.answers) > 1:
        return "several facts"
    return "habits" if utterance.question[:3] in ("saf", "env", "hea") else utterance.question


def _is_said(code: Code, said: Code | None) -> bool:
    if isinstance(code, str) and isinstance(said, str):
        return set(said.split()) <= set(code.split())
    return code == said
