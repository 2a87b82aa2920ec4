"""The decision: from what the layers read to one of four things.

Code the answer, propose it, ask again, or deal with something that was no answer. Layers are asked in order
and the first that is sure decides: danger, choices, commands, rules, the classifier. The classifier alone
never codes an answer.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from coproduction.dialogue.understanding.ages import UNDER_13
from coproduction.dialogue.understanding.alarm import CONCERN, Alarm
from coproduction.dialogue.understanding.answers import YES_NO, Answers
from coproduction.dialogue.understanding.choices import read_choice
from coproduction.dialogue.understanding.digressions import (
    COMMENT,
    DIGRESSIONS,
    GATES_WITHOUT_ANSWER,
    Digressions,
)
from coproduction.dialogue.understanding.free_text import FreeText
from coproduction.dialogue.understanding.likeness import Classify, Likeness, best
from coproduction.dialogue.understanding.rules import is_nothing_in_particular, read
from coproduction.dialogue.understanding.safety import find_danger, is_nonsense
from coproduction.dialogue.understanding.situation import (
    Context,
    Decision,
    Layer,
    Thresholds,
    current_thresholds,
)
from coproduction.dialogue.understanding.suggestion_talk import SUGGESTION_INTENTS, SuggestionTalk
from coproduction.dialogue.understanding.suggestions import is_change_of_mind, read_reason
from coproduction.survey.instrument import NO_ANSWER, Instrument, Question

SHORTEST_DISCLOSURE = 8
"""Words. In a shorter text only rules, or the classifier after them, find danger."""
LONGEST_PLAIN = 8
"""Words. In a longer text what may be danger is spoken of even where rules read an answer."""
NO_REASON = DIGRESSIONS - {"small_talk", "complaint"} | {"show_others", "finish"}
"""What can be said after "Why not?" without saying why."""
ASKING_FOR_A_TOPIC = frozenset({"topics", "sector"})


class Understanding:
    """Decides what texts amount to, with the instrument's choices, a language's rules and a classifier."""

    def __init__(self, instrument: Instrument, classify: Classify, thresholds: Thresholds | None = None) -> None:
        self._instrument = instrument
        self._thresholds = thresholds or current_thresholds()
        self._likeness = likeness = Likeness(classify)
        self._alarm = Alarm(likeness, self._thresholds, DIGRESSIONS | SUGGESTION_INTENTS | {COMMENT})
        self._suggestions = SuggestionTalk(likeness, self._thresholds)
        self._digressions = Digressions(instrument, likeness, self._thresholds)
        self._answers = Answers(instrument, likeness, self._thresholds, self._digressions)
        self._free_text = FreeText(self._alarm, self._suggestions, self._digressions, self._answers, self._thresholds)

    def decide(self, text: str, context: Context) -> Decision:
        """What a citizen's text amounts to in its context."""
        return next(decision for _, layer in self.layers(context) if (decision := layer(text)) is not None)

    def layers(self, context: Context) -> list[tuple[str, Layer]]:
        """The layers by name, in the order in which they are asked. The last one always decides."""
        question = self._question(context)
        stated = lru_cache(maxsize=1)(lambda text: self._answers.stated(text, context, question))
        return [
            ("danger", lambda text: self._danger(text, context)),
            ("confirmation", lambda text: self._confirmed(text, context)),
            ("choices", lambda text: self._chosen(text, context, question)),
            ("commands", lambda text: self._digressions.commanded(text, context, stated)),
            ("reason for declining", lambda text: self._reason_for_declining(text, context)),
            ("question before", lambda text: self._answers.about_the_previous(text, context)),
            ("earlier question", lambda text: self._answers.about_another(text, context, question)),
            ("danger, by likeness", lambda text: self._alarm.likely(text, context.language, SHORTEST_DISCLOSURE)),
            ("free text", lambda text: self._free_text.decide(text, context, question)),
            ("rules and facts", lambda text: _unless_proposed(stated(text))),
            ("suggestions", lambda text: self._suggestions.decide(text, context)),
            ("perhaps danger", lambda text: self._perhaps_danger_or_answer(text, context, question, stated)),
            ("digressions, by likeness", lambda text: self._digressions.likely(text, context, question, stated)),
            ("rules, unsure", stated),
            ("answers, by likeness", lambda text: self._answers.likely(text, context, question)),
            ("asking again", lambda _text: self._not_understood(context, question)),
        ]

    def _danger(self, text: str, context: Context) -> Decision | None:
        danger = find_danger(context.language, text, asked_for_topic=context.question in ASKING_FOR_A_TOPIC)
        return Decision(danger, "danger") if danger is not None else None

    def _question(self, context: Context) -> Question | None:
        name = context.question
        return self._instrument.question(name) if name is not None and name in self._instrument else None

    def _confirmed(self, text: str, context: Context) -> Decision | None:
        """Yes or no to a proposal."""
        if context.proposal is None or context.question is None:
            return None
        own = self._said_in_full(text, context)
        if own is not None:
            return own
        # consent is given in plain words or not at all
        scales = ["consent"] if context.question == "consent" else ["confirmation", "consent"]
        replies = [read(scale, text, language=context.language) for scale in scales]
        reply = next((reply for reply in replies if reply is not None and reply.sure), None)
        if reply is None:
            return None
        if reply.code == 1:
            return Decision("answer", "confirmation", {context.question: context.proposal})
        return Decision("change", "confirmation", question=context.question)

    def _said_in_full(self, text: str, context: Context) -> Decision | None:
        """A reply beside a proposal of yes or no that is more than yes or no: "yes, keep them" where no was proposed.

        It is the answer where it agrees with the proposal; otherwise it may be either, and the choices are shown.
        """
        question = self._question(context)
        if question is None or question.scale not in YES_NO or len(text.split()) == 1:
            return None
        reading = read(question.scale, text, language=context.language)
        if reading is None or not reading.sure:
            return None
        if reading.code == context.proposal:
            return Decision("answer", "confirmation", {question.name: reading.code})
        return Decision("change", "confirmation", question=question.name)

    def _chosen(self, text: str, context: Context, question: Question | None) -> Decision | None:
        if question is None or question.name == "match":
            return None
        choices = self._instrument.choices(question.name)
        reading = read_choice(choices, text, language=context.language)
        if reading is not None and question.name == "agegrp" and reading.code == UNDER_13 and not _has_digit(text):
            reading = replace(reading, sure=False)  # "the last" may be said of something else, and ends the interview
        return self._answers.from_reading(question, reading, {}) if reading else None

    def _reason_for_declining(self, text: str, context: Context) -> Decision | None:
        """Why the suggestion just declined is not for the citizen, in words of their own."""
        if context.declining is None or is_nonsense(text) or self._suggestions.only_names_some(text, context):
            return None
        if is_change_of_mind(text, language=context.language):
            return Decision("choose", "rules", opportunities=(context.declining,))
        if not is_nothing_in_particular(text, language=context.language):
            danger = self._alarm.likely(text, context.language)
            if danger is not None:
                return danger
            intent, probability = best(self._likeness.shares(text))
            if intent in NO_REASON and probability >= self._thresholds.digression_in_free_text:
                return None
        reason = read_reason(text, language=context.language)
        return Decision("decline_reason", "rules", opportunities=(context.declining,), reason=reason)

    def _perhaps_danger_or_answer(
        self, text: str, context: Context, question: Question | None, stated: Layer
    ) -> Decision | None:
        """What may be a danger: the numbers are named, and where it may as well be an answer, that is proposed too."""
        danger = self._alarm.any(text, context.language)
        if danger is None or danger.intent != CONCERN:
            return danger
        answer = stated(text)
        if answer is not None and len(text.split()) <= LONGEST_PLAIN:
            return None  # what rules read as an answer, and little else
        answer = answer or self._answers.likely(text, context, question)
        return replace(danger, proposal=answer.proposal) if answer is not None else danger

    def _not_understood(self, context: Context, question: Question | None) -> Decision:
        if question is None or not context.asked_again:
            return Decision("unclear", "none")
        if question.name == "match":
            return Decision("finish", "none", {"match": 1})
        if question.recorded and question.name in context.answered:
            return Decision("resume", "none")  # the answer given before stays
        if question.name == "consent":
            return Decision("consent_unclear", "none", {"consent": GATES_WITHOUT_ANSWER["consent"]})
        if question.name in GATES_WITHOUT_ANSWER:
            return Decision("answer", "none", {question.name: GATES_WITHOUT_ANSWER[question.name]})
        return Decision("no_answer", "none", {question.name: NO_ANSWER})


def _unless_proposed(decision: Decision | None) -> Decision | None:
    return None if decision is not None and decision.intent == "propose" else decision


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
