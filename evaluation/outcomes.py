"""What became of an utterance: coded right, proposed, asked again, recorded wrong."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from coproduction.dialogue.understanding.alarm import CONCERN
from coproduction.dialogue.understanding.likeness import DANGERS
from coproduction.dialogue.understanding.situation import Decision
from coproduction.dialogue.understanding.suggestion_talk import SUGGESTION_INTENTS
from coproduction.survey.instrument import NO_ANSWER, Code
from evaluation.utterances import DENIAL, Utterance

SAME_AS = {
    "delete_answers": {"unsure_delete"},
    "start_over": {"unsure_start_over"},
    "stop": {"finish"},
    "finish": {"stop", "skip"},
    "go_back": {"change"},
    **{danger: {CONCERN} for danger in DANGERS},
}
"""Other intents that deal with the same wish: what cannot be undone is asked about once more, and where danger is only
likely, the numbers for all kinds are named."""

ABOUT_SOME = frozenset({"choose", "tell_more", "decline"})
"""What is said about particular suggestions; "which one do you mean?" is asked where none is named."""
RECORDED = frozenset({"choose", "decline"})
"""What is said about suggestions and stands in the record."""


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
    is dealt with as what it is, about the suggestions it is about. At the suggestions a choice or refusal of others
    than those meant is recorded wrong; going on is not recorded.
    """
    if utterance.question == "match" and utterance.intents:
        return _judge_at_suggestions(utterance, decision)
    if utterance.intents:
        return _judge_digression(utterance, decision)
    if decision.answers:
        return _judge_answers(utterance, decision.answers)
    if utterance.is_vague:
        return Outcome.RIGHT if decision.intent in ("unclear", "propose", "no_answer") else Outcome.DIGRESSION
    if decision.proposal is not None:
        name, code = decision.proposal
        return Outcome.PROPOSED if utterance.answers.get(name) == code else Outcome.PROPOSED_WRONG
    return _not_understood(utterance, decision)


def _not_understood(utterance: Utterance, decision: Decision) -> Outcome:
    is_asked_again = decision.intent == "unclear" or (utterance.proposal is not None and decision.intent == DENIAL)
    return Outcome.ASKED_AGAIN if is_asked_again else Outcome.DIGRESSION


def _accepted(utterance: Utterance) -> frozenset[str]:
    return utterance.intents.union(*(SAME_AS.get(intent, set()) for intent in utterance.intents))


def _judge_at_suggestions(utterance: Utterance, decision: Decision) -> Outcome:
    meant = frozenset(decision.opportunities) or utterance.implied
    is_about_them = decision.intent not in ABOUT_SOME or meant == utterance.about
    if decision.intent in _accepted(utterance) and is_about_them and decision.wish == utterance.wish:
        return Outcome.RIGHT
    if decision.answers.keys() - {"match"} or (decision.intent in RECORDED and meant):
        return Outcome.RECORDED_WRONG
    if decision.proposal is not None:
        return Outcome.PROPOSED_WRONG
    is_asked_which = decision.intent in ABOUT_SOME and not meant
    return Outcome.ASKED_AGAIN if is_asked_which else _not_understood(utterance, decision)


def _judge_digression(utterance: Utterance, decision: Decision) -> Outcome:
    if decision.intent in _accepted(utterance):
        return Outcome.RIGHT
    if "skip" in utterance.intents and dict(decision.answers) == {utterance.question: NO_ANSWER}:
        return Outcome.RIGHT
    if decision.answers:
        return Outcome.RECORDED_WRONG
    if decision.proposal is not None:
        return Outcome.PROPOSED_WRONG
    return _not_understood(utterance, decision)


def _judge_answers(utterance: Utterance, answers: Mapping[str, Code]) -> Outcome:
    """Wrong as soon as one code is not what was said; right where some of several facts were missed.

    Topics are right where all that were named are there, and none beside them but those that may be.
    """
    given = {n: code for n, code in answers.items() if _is_said(code, utterance.answers.get(n), utterance.also)}
    return Outcome.RIGHT if given and given == dict(answers) else Outcome.RECORDED_WRONG


def kind_of(utterance: Utterance) -> str:
    """The row of the table an utterance belongs to: its question (habits together), the suggestions, a proposal, or the
    kind of digression.
    """
    if utterance.intents & DANGERS:
        return "abuse" if utterance.intents == {"abuse"} else "emergencies and self-harm"
    if utterance.question == "match" and utterance.intents & SUGGESTION_INTENTS:
        return "suggestions"
    if utterance.proposal is not None and (utterance.answers or DENIAL in utterance.intents):
        return "proposals"
    if utterance.intents:
        return "digressions"
    if utterance.is_vague:
        return "too vague"
    if utterance.answered:
        return "an earlier question"
    if len(utterance.answers) > 1:
        return "several facts"
    return "habits" if utterance.question[:3] in ("saf", "env", "hea") else utterance.question


def _is_said(code: Code, said: Code | None, also: frozenset[str]) -> bool:
    if isinstance(code, str) and isinstance(said, str):
        return set(said.split()) <= set(code.split()) <= set(said.split()) | also
    return code == said
