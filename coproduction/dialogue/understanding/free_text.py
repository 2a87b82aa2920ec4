"""Free text: what is said where anything may be said, as topics or as a comment."""

from __future__ import annotations

from dataclasses import dataclass

from coproduction.dialogue.understanding.ages import UNDER_13
from coproduction.dialogue.understanding.alarm import Alarm
from coproduction.dialogue.understanding.answers import Answers, from_facts, under_13
from coproduction.dialogue.understanding.digressions import DIGRESSIONS, YIELDING, Digressions
from coproduction.dialogue.understanding.facts import read_facts
from coproduction.dialogue.understanding.likeness import best
from coproduction.dialogue.understanding.rules import (
    is_against_something,
    is_nothing_in_particular,
    read,
    read_missing,
)
from coproduction.dialogue.understanding.safety import is_nonsense
from coproduction.dialogue.understanding.situation import Context, Decision, Thresholds
from coproduction.dialogue.understanding.suggestion_talk import SuggestionTalk
from coproduction.dialogue.understanding.suggestions import is_question
from coproduction.survey.instrument import NO_ANSWER, Question
from coproduction.survey.topics import OTHER, current_topics

ABOUT_THE_COUNCIL = frozenset({"service_request", "complaint"})
"""What may be what a free-text answer says."""


@dataclass(frozen=True)
class FreeText:
    """Decides about texts at a question that takes any text."""

    alarm: Alarm
    suggestions: SuggestionTalk
    digressions: Digressions
    answers: Answers
    thresholds: Thresholds

    def decide(self, text: str, context: Context, question: Question | None) -> Decision | None:
        """What a text amounts to there; None at other questions, and where it is about the suggestions."""
        if question is None or question.kind not in ("topics", "text") or is_nonsense(text):
            return None
        facts = read_facts(context.language, text, context.today)
        if "agegrp" in facts and facts["agegrp"].code == UNDER_13:
            return under_13(text)
        corrected = self.answers.corrected(text, context)
        if corrected is not None:
            return corrected
        missing = read_missing(text, language=context.language)
        if missing is not None:
            return Decision("answer", "rules", {question.name: missing})
        reply = read("consent", text, language=context.language)
        if is_nothing_in_particular(text, language=context.language):
            return Decision("answer", "rules", {question.name: NO_ANSWER})
        if reply is not None and reply.sure and len(text.split()) <= 4:
            return (
                Decision("unclear", "rules")
                if reply.code == 1
                else Decision("answer", "rules", {question.name: NO_ANSWER})
            )
        if self.suggestions.names_one(text, context):
            return None
        topics = current_topics().find(text, context.language) if question.kind == "topics" else []
        if question.kind == "topics" and is_against_something(text, language=context.language):
            return Decision("answer", "topics", {question.name: OTHER})  # what is not liked is no topic
        if topics and self._asks_for_something(text, context, question):
            return None
        if topics:
            return Decision("answer", "topics", {question.name: " ".join(topics)})
        danger = self.alarm.any(text, context.language)
        if danger is not None:
            return danger
        if question.kind == "topics":
            listed = self.answers.listed(text, context, None)
            stated = from_facts(listed | {name: fact for name, fact in facts.items() if fact.sure})
            if stated is not None:
                return stated
            if text.strip().isdigit():
                return Decision("unclear", "rules")
        intent, probability = best(self.digressions.candidates(text, context, question))
        if question.kind == "topics" and is_question(text, language=context.language):
            is_likely = intent in DIGRESSIONS and probability >= self.thresholds.digression
            return self.digressions.heard(intent, context) if is_likely else None
        may_be_comment = question.kind == "text" and intent in YIELDING  # "stop wasting money"
        needed = self.thresholds.confirm if may_be_comment else self.thresholds.digression_in_free_text
        if intent in (DIGRESSIONS | {"finish"}) - ABOUT_THE_COUNCIL and probability >= needed:
            return self.digressions.heard(intent, context)
        return Decision("answer", "free text", {question.name: OTHER if question.kind == "topics" else text.strip()})

    def _asks_for_something(self, text: str, context: Context, question: Question) -> bool:
        """Whether a text that names topics is not about what the citizen cares for: a request, a question back."""
        intent, share = best(self.digressions.candidates(text, context, question))
        return intent in DIGRESSIONS - {"small_talk", "complaint", "skip"} and share >= (
            self.thresholds.digression_in_free_text
        )
