"""The decision: from what the layers read to one of four things.

Code the answer, propose it, ask again, or deal with something that was no answer. Layers are asked in order
and the first that is sure decides: danger, choices, commands, rules, the classifier. The classifier alone
never codes an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from coproduction.dialogue.understanding.alarm import CONCERN, Alarm
from coproduction.dialogue.understanding.choices import read_choice
from coproduction.dialogue.understanding.facts import read_facts, read_list, without_facts
from coproduction.dialogue.understanding.likeness import DANGERS, Classify, Likeness, best, normalised
from coproduction.dialogue.understanding.reading import Reading
from coproduction.dialogue.understanding.rules import (
    is_against_something,
    is_correction,
    is_nothing_in_particular,
    named_subjects,
    negated_codes,
    read,
    read_missing,
    without_reference_to_previous,
)
from coproduction.dialogue.understanding.safety import find_command, find_danger, is_nonsense
from coproduction.dialogue.understanding.situation import Context, Decision, Thresholds, current_thresholds
from coproduction.dialogue.understanding.suggestion_talk import SUGGESTION_INTENTS, SuggestionTalk
from coproduction.dialogue.understanding.suggestions import is_change_of_mind, read_reason
from coproduction.survey.instrument import (
    DONT_KNOW,
    NO_ANSWER,
    NOT_APPLICABLE,
    REFUSAL,
    Code,
    Instrument,
    Question,
)
from coproduction.survey.topics import OTHER, current_topics

LONGEST_ANSWER = 40
"""Words. In a longer text a rule's reading is proposed, not coded."""
LONGEST_CONFIRMED = 12
"""Words. In a longer text the classifier does not make sure what a rule only finds likely."""
LONGEST_WITH_FACTS = 60
SHORTEST_DISCLOSURE = 8
"""Words. In a shorter text only rules, or the classifier after them, find danger."""
LONGEST_AGE = 5
"""Words. In a longer text "I am 12" is made sure of before the interview ends for it."""

COMMENT = "comment"
"""What is said for the council: no answer to a question with choices, and nothing to deal with."""
DIGRESSIONS = frozenset(
    "ask_why ask_privacy ask_about ask_language repeat skip go_back start_over stop show_answers delete_answers "
    "talk_to_person service_request greet thank small_talk swearing complaint".split()
)
ASKING_FOR_A_TOPIC = frozenset({"topics", "sector"})
ABOUT_THE_COUNCIL = frozenset({"service_request", "complaint"})
"""What may be what a free-text answer says."""
MISSING_INTENTS = {"dont_know": DONT_KNOW, "refuse_answer": REFUSAL, "not_applicable": NOT_APPLICABLE}
UNSURE = {"delete_answers": "unsure_delete", "start_over": "unsure_start_over"}
"""What cannot be undone is asked once more when only the classifier heard it."""
NEVER_CONFIRMED = frozenset({"consent", "background", "willingness", "effort", "age"})
"""Scales on which what rules only find likely is always proposed: yes and no, and amounts."""
UNDER_13 = 0
"""The code of the age group that is too young for the interview."""
YES_NO = {"consent": (1, 2), "background": (1, 2), "willingness": (1, 3)}
"""Scale → codes of yes and no."""
LISTED = ("sector", "more", "effort", "company", "place")
"""Questions whose answers may come as a list, in reply to any of them."""
GATES_WITHOUT_ANSWER = {"consent": 2, "background": 2}
"""A gate that stays unanswered counts as no."""


Layer = Callable[[str], Decision | None]
"""One layer: what it makes of a text, None where that is another layer's to say."""


class Understanding:
    """Decides what texts amount to, with the instrument's choices, a language's rules and a classifier."""

    def __init__(self, instrument: Instrument, classify: Classify, thresholds: Thresholds | None = None) -> None:
        self._instrument = instrument
        self._thresholds = thresholds or current_thresholds()
        self._likeness = Likeness(classify)
        self._alarm = Alarm(self._likeness, self._thresholds, DIGRESSIONS | SUGGESTION_INTENTS | {COMMENT})
        self._suggestions = SuggestionTalk(self._likeness, self._thresholds)

    def decide(self, text: str, context: Context) -> Decision:
        """What a citizen's text amounts to in its context."""
        return next(decision for _, layer in self.layers(context) if (decision := layer(text)) is not None)

    def layers(self, context: Context) -> list[tuple[str, Layer]]:
        """The layers by name, in the order in which they are asked. The last one always decides."""
        question = self._question(context)
        stated = lru_cache(maxsize=1)(lambda text: self._stated(text, context, question))
        return [
            ("danger", lambda text: self._danger(text, context)),
            ("confirmation", lambda text: self._confirmed(text, context)),
            ("choices", lambda text: self._chosen(text, context, question)),
            ("commands", lambda text: self._commanded(text, context)),
            ("reason for declining", lambda text: self._reason_for_declining(text, context)),
            ("question before", lambda text: self._about_the_previous(text, context)),
            ("earlier question", lambda text: self._about_another(text, context, question)),
            ("danger, by likeness", lambda text: self._alarm.likely(text, context.language, SHORTEST_DISCLOSURE)),
            ("free text", lambda text: self._free_text(text, context, question)),
            ("rules and facts", lambda text: _unless_proposed(stated(text))),
            ("suggestions", lambda text: self._suggestions.decide(text, context)),
            ("perhaps danger", lambda text: self._perhaps_danger_or_answer(text, context, question, stated)),
            ("digressions, by likeness", lambda text: self._likely_digression(text, context, question, stated)),
            ("rules, unsure", stated),
            ("answers, by likeness", lambda text: self._likely_answer(text, context, question)),
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
        return self._from_reading(question, reading, {}) if reading else None

    def _commanded(self, text: str, context: Context) -> Decision | None:
        command = find_command(context.language, text)
        if command is None or (command in SUGGESTION_INTENTS and not self._suggestions.is_about_them(command, context)):
            return None
        if command == "ask_about" and context.question == "match":
            return None  # "tell me more" is about a suggestion there
        if command == "skip" and context.declining is not None:
            return Decision("decline_reason", "commands", opportunities=(context.declining,))
        return self._digression(command, "commands", context)

    def _reason_for_declining(self, text: str, context: Context) -> Decision | None:
        """Why the suggestion just declined is not for the citizen, in words of their own."""
        if context.declining is None or is_nonsense(text) or self._suggestions.only_names_some(text, context):
            return None
        intent, probability = best(self._likeness.shares(text))
        is_sure = probability >= self._thresholds.digression_in_free_text
        if is_change_of_mind(text, language=context.language):
            return Decision("choose", "rules", opportunities=(context.declining,))
        is_reason = is_nothing_in_particular(text, language=context.language)
        if intent in (*DIGRESSIONS, *DANGERS, "show_others", "finish") and is_sure and not is_reason:
            return None
        reason = read_reason(text, language=context.language)
        return Decision("decline_reason", "rules", opportunities=(context.declining,), reason=reason)

    def _about_the_previous(self, text: str, context: Context) -> Decision | None:
        """An answer to the question before: "I meant sometimes for the last one"."""
        if context.previous is None or context.previous not in self._instrument or context.question == "match":
            return None
        question = self._instrument.question(context.previous)
        answer = without_reference_to_previous(text, language=context.language)
        if answer is None or question.scale is None:
            return None
        reading = self._read(question, answer, context)
        return self._from_reading(question, reading, {}) if reading is not None else None

    def _about_another(self, text: str, context: Context, question: Question | None) -> Decision | None:
        """An answer to a habit asked about before, called by its subject: "never for the recycling one"."""
        if len(text.split()) > LONGEST_CONFIRMED:
            return None
        asked = [self._instrument.question(name) for name in context.answered if name in self._instrument]
        habits = [habit for habit in asked if habit.scale == "frequency" and habit != question]
        here = [question] if question is not None and question.scale == "frequency" else []
        named = named_subjects(text, [q.text for q in (*habits, *here)], language=context.language)
        if len(named) != 1 or named[0] >= len(habits):
            return None
        habit = habits[named[0]]
        reading = self._read(habit, text, context)
        if reading is None:
            return None
        return self._from_reading(habit, replace(reading, sure=False), {})  # it may be about this question after all

    def _free_text(self, text: str, context: Context, question: Question | None) -> Decision | None:
        if question is None or question.kind not in ("topics", "text") or is_nonsense(text):
            return None
        facts = read_facts(context.language, text, context.today)
        if "agegrp" in facts and facts["agegrp"].code == UNDER_13:
            return _under_13(text)
        corrected = self._corrected_facts(text, context)
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
        if self._suggestions.names_one(text, context):
            return None
        topics = current_topics().find(text, context.language) if question.kind == "topics" else []
        if topics and is_against_something(text, language=context.language):
            topics = []  # what is not liked is no topic
        if topics and self._asks_for_something(text, context, question):
            return None
        if topics:
            return Decision("answer", "topics", {question.name: " ".join(topics)})
        danger = self._alarm.any(text, context.language)
        if danger is not None:
            return danger
        if question.kind == "topics":
            listed = self._listed(text, context, None)
            stated = self._from_facts(listed | {name: fact for name, fact in facts.items() if fact.sure})
            if stated is not None:
                return stated
            if text.strip().isdigit():
                return Decision("unclear", "rules")
        intent, probability = best(self._candidates(text, context, question))
        is_sure = probability >= self._thresholds.digression_in_free_text
        if intent in (DIGRESSIONS | {"finish"}) - ABOUT_THE_COUNCIL and is_sure:
            return self._digression(UNSURE.get(intent, intent), "classifier", context)
        return Decision("answer", "free text", {question.name: OTHER if question.kind == "topics" else text.strip()})

    def _asks_for_something(self, text: str, context: Context, question: Question) -> bool:
        """Whether a text that names topics is not about what the citizen cares for: a request, a question back."""
        intent, share = best(self._candidates(text, context, question))
        return intent in DIGRESSIONS - {"small_talk", "complaint", "skip"} and share >= (
            self._thresholds.digression_in_free_text
        )

    def _corrected_facts(self, text: str, context: Context) -> Decision | None:
        """Answers given before that a free text corrects: "actually, health rather than safety"."""
        if len(text.split()) > LONGEST_CONFIRMED or not is_correction(text, language=context.language):
            return None
        facts = read_facts(context.language, text, context.today)
        return self._from_facts({name: reading for name, reading in facts.items() if reading.sure})

    def _stated(self, text: str, context: Context, question: Question | None) -> Decision | None:
        """What rules read in answer to the question, and facts stated beside it."""
        words = len(text.split())
        facts = read_facts(context.language, text, context.today) if words <= LONGEST_WITH_FACTS else {}
        listed = self._listed(text, context, question)
        if question is None or question.name != "agegrp":
            said = facts.get("agegrp")
            if said is not None and said.code == UNDER_13:
                return _under_13(text)
        sure = listed | {name: reading for name, reading in facts.items() if reading.sure}
        if question is None or question.scale is None:
            return self._from_facts(sure)
        others = {name: fact for name, fact in sure.items() if name != question.name}
        reading = listed.get(question.name) or self._read(question, text, context)
        if reading is None or not reading.sure or others:
            reading = sure.get(question.name) or reading or facts.get(question.name)
        if others and (reading is None or not reading.sure):
            reading = self._read(question, without_facts(context.language, text, context.today), context) or reading
        if reading is None:
            return self._from_facts(others)
        if words > LONGEST_ANSWER:
            reading = replace(reading, sure=False)
        can_be_confirmed = not (reading.sure or reading.doubtful or others) and words <= LONGEST_CONFIRMED
        if can_be_confirmed and question.scale not in NEVER_CONFIRMED:
            reading = self._confirmed_by_classifier(text, question, reading)
        return self._from_reading(question, reading, others)

    def _listed(self, text: str, context: Context, question: Question | None) -> dict[str, Reading]:
        """The answers of a message that lists several: "health, from home, on my own"."""
        if question is not None and question.name not in LISTED:
            return {}
        pending = question.name if question is not None else None
        names = [name for name in LISTED if name != "more" or pending == "more"]  # elsewhere yes and no are no item
        scales = {name: self._instrument.question(name).scale or "" for name in names}
        return read_list(context.language, text, scales, context.today)

    def _read(self, question: Question, text: str, context: Context) -> Reading | None:
        """What rules read in answer to the question; "not sure" means maybe where maybe is an answer."""
        missing = read_missing(text, language=context.language)
        reading = read(
            question.scale or "", text, language=context.language, today=context.today, question=question.text
        )
        if missing is None or (question.scale == "willingness" and reading is not None):
            return reading
        offered = {choice.code for choice in self._instrument.choices(question.name)}
        return Reading(missing, missing != NOT_APPLICABLE or missing in offered, "rules")

    def _confirmed_by_classifier(self, text: str, question: Question, reading: Reading) -> Reading:
        probabilities = self._among_answers(text, question)
        intent = self._intent_of(question, reading.code)
        agreed = intent is not None and probabilities.get(intent, 0.0) >= self._thresholds.confirm
        return replace(reading, sure=True, layer="rules and classifier") if agreed else reading

    def _intent_of(self, question: Question, code: int) -> str | None:
        scale = self._instrument.scale_of(question)
        category = scale.category(code) if scale else None
        return f"{question.scale}_{category.name}" if category else None

    def _among_answers(self, text: str, question: Question) -> dict[str, float]:
        """Probabilities among the categories of the question only."""
        return normalised(
            {i: p for i, p in self._likeness.probabilities(text).items() if i.startswith(f"{question.scale}_")}
        )

    def _from_facts(self, facts: Mapping[str, Reading]) -> Decision | None:
        if not facts:
            return None
        minutes = facts["effort"].minutes if "effort" in facts else None
        return Decision("answer", "facts", {name: reading.code for name, reading in facts.items()}, minutes)

    def _from_reading(self, question: Question, reading: Reading, facts: Mapping[str, Reading]) -> Decision | None:
        code: Code = reading.code
        if (
            question.name in GATES_WITHOUT_ANSWER
            and self._instrument.scales[question.scale or ""].category(code) is None
        ):
            code = GATES_WITHOUT_ANSWER[question.name]
        if not reading.sure and question.name == "consent" and reading.layer == "classifier":
            return self._from_facts(facts)  # consent is given in plain words or not at all
        if not reading.sure:
            return self._from_facts(facts) or Decision("propose", reading.layer, proposal=(question.name, code))
        answers = {name: fact.code for name, fact in facts.items()} | {question.name: code}
        stated = {**facts, question.name: reading}
        minutes = stated["effort"].minutes if "effort" in stated else None
        return Decision("answer", reading.layer, answers, minutes)

    def _perhaps_danger_or_answer(
        self, text: str, context: Context, question: Question | None, stated: Layer
    ) -> Decision | None:
        """What may be a danger: the numbers are named, and where it may as well be an answer, that is proposed too."""
        danger = self._alarm.any(text, context.language)
        if danger is None or danger.intent != CONCERN:
            return danger
        answer = stated(text) or self._likely_answer(text, context, question)
        return replace(danger, proposal=answer.proposal) if answer is not None else danger

    def _candidates(self, text: str, context: Context, question: Question | None) -> dict[str, float]:
        """The probabilities of what a text can mean at a question: answers to other questions are none to this one."""
        own = f"{question.scale}_" if question is not None and question.scale else None
        candidates = {
            intent: probability
            for intent, probability in self._likeness.probabilities(text).items()
            if intent in DIGRESSIONS
            or intent in MISSING_INTENTS
            or intent in ("nonsense", COMMENT, "finish", "affirm", "deny")
            or (intent == "show_others" and context.on_show)
            or (own is not None and intent.startswith(own))
        }
        return normalised(candidates)

    def _likely_digression(
        self, text: str, context: Context, question: Question | None, stated: Layer
    ) -> Decision | None:
        if is_nonsense(text):
            return None
        intent, probability = best(self._candidates(text, context, question))
        if intent not in DIGRESSIONS and intent not in ("finish", "show_others"):
            return None
        needed = self._thresholds.skip if intent in ("skip", "stop") else self._thresholds.digression
        alone = self._thresholds.digression_alone
        if intent in ("skip", "stop") and stated(text) is not None:
            alone = self._thresholds.digression_in_free_text  # what may be an answer is not lost to a vague likeness
        sure = probability >= needed and self._likeness.probabilities(text)[intent] >= alone
        return self._digression(UNSURE.get(intent, intent), "classifier", context) if sure else None

    def _likely_answer(self, text: str, context: Context, question: Question | None) -> Decision | None:
        if is_nonsense(text):
            return None
        likely = self._proposed(*best(self._candidates(text, context, question)), question)
        if likely is None or likely.proposal is None or question is None:
            return likely
        denied = negated_codes(question.scale or "", text, language=context.language)
        return None if likely.proposal[1] in denied else likely

    def _proposed(self, intent: str, probability: float, question: Question | None) -> Decision | None:
        if question is None or question.scale is None or probability < self._thresholds.propose:
            return None
        code: int | None = MISSING_INTENTS.get(intent)
        if code is not None and probability < self._thresholds.propose_missing:
            return None
        if intent in ("affirm", "deny") and question.scale in YES_NO:
            code = YES_NO[question.scale][intent == "deny"]
        elif code is None:
            scale = self._instrument.scales[question.scale]
            code = next((c.code for c in scale.categories if f"{question.scale}_{c.name}" == intent), None)
        if code is None:
            return None
        return self._from_reading(question, Reading(code, False, "classifier"), {})

    def _digression(self, intent: str, layer: str, context: Context) -> Decision:
        at_match = context.question == "match"
        if intent == "finish" and not at_match:
            intent = "stop"
        elif intent == "stop" and at_match:
            intent = "finish"
        if intent == "finish":
            return Decision("finish", layer, {"match": 1})
        if intent == "stop" and context.question == "background":
            return Decision("answer", layer, {"background": GATES_WITHOUT_ANSWER["background"]})
        if intent == "skip" and context.question in self._instrument:
            return self._skipped(layer, context)
        return Decision(intent, layer)

    def _skipped(self, layer: str, context: Context) -> Decision:
        if context.question == "match":
            return Decision("finish", layer, {"match": 1})
        name = context.question or ""
        return Decision("skip", layer, {name: GATES_WITHOUT_ANSWER.get(name, NO_ANSWER)})

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


def _under_13(text: str) -> Decision:
    """Someone says, without having been asked, to be too young for the interview, which ends it."""
    if len(text.split()) <= LONGEST_AGE:
        return Decision("answer", "facts", {"agegrp": UNDER_13})
    return Decision("propose", "facts", proposal=("agegrp", UNDER_13))
