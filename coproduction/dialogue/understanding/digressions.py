"""Digressions: what is no answer, and what is made of it at the question it is typed at."""

from __future__ import annotations

from dataclasses import dataclass

from coproduction.dialogue.understanding.likeness import Likeness, best, normalised
from coproduction.dialogue.understanding.safety import find_command, is_nonsense
from coproduction.dialogue.understanding.situation import Context, Decision, Layer, Thresholds
from coproduction.dialogue.understanding.suggestion_talk import ABOUT_ONE, SUGGESTION_INTENTS, can_be_meant
from coproduction.survey.instrument import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE, REFUSAL, Instrument, Question

COMMENT = "comment"
"""What is said for the council: no answer to a question with choices, and nothing to deal with."""
DIGRESSIONS = frozenset(
    "ask_why ask_privacy ask_about ask_language repeat skip go_back start_over stop show_answers delete_answers "
    "talk_to_person service_request greet thank small_talk swearing complaint".split()
)
UNSURE = {"delete_answers": "unsure_delete", "start_over": "unsure_start_over"}
"""What cannot be undone is asked once more when only the classifier heard it."""
MISSING_INTENTS = {"dont_know": DONT_KNOW, "refuse_answer": REFUSAL, "not_applicable": NOT_APPLICABLE}
COURTESIES = frozenset({"greet", "thank"})
"""Beside an answer they are no more than polite: "just me, ta"."""
YIELDING = COURTESIES | {"skip", "stop", "small_talk", "swearing", "go_back", "complaint"}
"""What a text must be much like where rules read an answer in it."""
GATES_WITHOUT_ANSWER = {"consent": 2, "background": 2}
"""A gate that stays unanswered counts as no."""


@dataclass(frozen=True)
class Digressions:
    """Decides about texts that are no answer: commands by rules, the rest by likeness."""

    instrument: Instrument
    likeness: Likeness
    thresholds: Thresholds

    def candidates(self, text: str, context: Context, question: Question | None) -> dict[str, float]:
        """The probabilities of what a text can mean at a question: answers to other questions are none to this one."""
        own = f"{question.scale}_" if question is not None and question.scale else None
        candidates = {
            intent: probability
            for intent, probability in self.likeness.probabilities(text).items()
            if intent in DIGRESSIONS
            or intent in MISSING_INTENTS
            or intent in ("nonsense", COMMENT, "finish", "affirm", "deny")
            or (intent == "show_others" and context.on_show)
            or (own is not None and intent.startswith(own))
        }
        return normalised(candidates)

    def commanded(self, text: str, context: Context, stated: Layer) -> Decision | None:
        """What a message as a whole commands; a courtesy only where no answer is `stated`."""
        command = find_command(context.language, text)
        if command in COURTESIES and stated(text) is not None:
            return None
        if command is None or (command in SUGGESTION_INTENTS and not can_be_meant(command, context)):
            return None
        if command == "ask_about" and context.question == "match":
            return None  # "tell me more" is about a suggestion there
        if context.declining is not None and command in ("skip", "choose"):
            intent = "decline_reason" if command == "skip" else command
            return Decision(intent, "commands", opportunities=(context.declining,))
        if command in ABOUT_ONE and context.spoken_of is not None:
            return Decision(command, "commands", opportunities=(context.spoken_of,))
        return self.decide(command, "commands", context)

    def likely(self, text: str, context: Context, question: Question | None, stated: Layer) -> Decision | None:
        """What a text is like, where that is no answer; a wish to skip only if hardly an answer is `stated`."""
        if is_nonsense(text):
            return None
        intent, probability = best(self.candidates(text, context, question))
        if intent not in DIGRESSIONS and intent not in ("finish", "show_others"):
            return None
        needed = self.thresholds.skip if intent in ("skip", "stop") else self.thresholds.digression
        alone = self.thresholds.digression_alone
        if intent in YIELDING and stated(text) is not None:
            alone = self.thresholds.digression_in_free_text  # what may be an answer is not lost to a vague likeness
        sure = probability >= needed and self.likeness.probabilities(text)[intent] >= alone
        return self.heard(intent, context) if sure else None

    def heard(self, intent: str, context: Context) -> Decision:
        """What a digression amounts to that only the classifier heard."""
        return self.decide(UNSURE.get(intent, intent), "classifier", context)

    def decide(self, intent: str, layer: str, context: Context) -> Decision:
        """What a digression amounts to at the question: at some, stopping or skipping is an answer."""
        at_match = context.question == "match"
        if intent == "finish" and not at_match:
            intent = "stop"
        elif intent == "stop" and at_match:
            intent = "finish"
        if intent == "finish":
            return Decision("finish", layer, {"match": 1})
        if intent == "stop" and context.question == "background":
            return Decision("answer", layer, {"background": GATES_WITHOUT_ANSWER["background"]})
        if intent == "skip" and context.question in self.instrument:
            return self._skipped(layer, context)
        return Decision(intent, layer)

    def _skipped(self, layer: str, context: Context) -> Decision:
        if context.question == "match":
            return Decision("finish", layer, {"match": 1})
        name = context.question or ""
        return Decision("skip", layer, {name: GATES_WITHOUT_ANSWER.get(name, NO_ANSWER)})
