"""Answers: what rules, facts and, where they are silent, the classifier read in reply to a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coproduction.dialogue.understanding.ages import UNDER_13
from coproduction.dialogue.understanding.digressions import GATES_WITHOUT_ANSWER, MISSING_INTENTS, Digressions
from coproduction.dialogue.understanding.facts import read_facts, read_list, without_facts
from coproduction.dialogue.understanding.likeness import Likeness, best, normalised
from coproduction.dialogue.understanding.reading import Reading
from coproduction.dialogue.understanding.rules import (
    is_correction,
    named_subjects,
    negated_codes,
    read,
    read_missing,
    without_reference_to_previous,
)
from coproduction.dialogue.understanding.safety import is_nonsense
from coproduction.dialogue.understanding.situation import Context, Decision, Thresholds
from coproduction.survey.instrument import NOT_APPLICABLE, Code, Instrument, Question

LONGEST_ANSWER = 40
"""Words. In a longer text a rule's reading is proposed, not coded."""
LONGEST_CONFIRMED = 12
"""Words. In a longer text the classifier does not make sure what a rule only finds likely."""
LONGEST_WITH_FACTS = 60
LONGEST_AGE = 5
"""Words. In a longer text "I am 12" is made sure of before the interview ends for it."""
NEVER_CONFIRMED = frozenset({"consent", "background", "willingness", "effort", "age"})
"""Scales on which what rules only find likely is always proposed: yes and no, and amounts."""
YES_NO = {"consent": (1, 2), "background": (1, 2), "willingness": (1, 3)}
"""Scale → codes of yes and no."""
LISTED = ("sector", "more", "effort", "company", "place")
"""Questions whose answers may come as a list, in reply to any of them."""


@dataclass(frozen=True)
class Answers:
    """Decides about texts as answers: to the question asked, to another one, or to several."""

    instrument: Instrument
    likeness: Likeness
    thresholds: Thresholds
    digressions: Digressions

    def stated(self, text: str, context: Context, question: Question | None) -> Decision | None:
        """What rules read in answer to the question, and facts stated beside it."""
        words = len(text.split())
        facts = read_facts(context.language, text, context.today) if words <= LONGEST_WITH_FACTS else {}
        listed = self.listed(text, context, question)
        if question is None or question.name != "agegrp":
            said = facts.get("agegrp")
            if said is not None and said.code == UNDER_13:
                return under_13(text)
        sure = listed | {name: reading for name, reading in facts.items() if reading.sure}
        if question is None or question.scale is None:
            return from_facts(sure)
        others = {name: fact for name, fact in sure.items() if name != question.name}
        reading = listed.get(question.name) or self._read(question, text, context)
        if reading is None or not reading.sure or others:
            reading = sure.get(question.name) or reading or facts.get(question.name)
        if others and (reading is None or not reading.sure):
            reading = self._read(question, without_facts(context.language, text, context.today), context) or reading
        if reading is None:
            return from_facts(others)
        if words > LONGEST_ANSWER:
            reading = replace(reading, sure=False)
        can_be_confirmed = not (reading.sure or reading.doubtful or others) and words <= LONGEST_CONFIRMED
        if can_be_confirmed and question.scale not in NEVER_CONFIRMED:
            reading = self._confirmed_by_classifier(text, question, reading)
        return self.from_reading(question, reading, others)

    def about_the_previous(self, text: str, context: Context) -> Decision | None:
        """An answer to the question before: "I meant sometimes for the last one"."""
        if context.previous is None or context.previous not in self.instrument or context.question == "match":
            return None
        question = self.instrument.question(context.previous)
        answer = without_reference_to_previous(text, language=context.language)
        if answer is None or question.scale is None:
            return None
        reading = self._read(question, answer, context)
        return self.from_reading(question, reading, {}) if reading is not None else None

    def about_another(self, text: str, context: Context, question: Question | None) -> Decision | None:
        """An answer to a habit asked about before, called by its subject: "never for the recycling one"."""
        if len(text.split()) > LONGEST_CONFIRMED:
            return None
        asked = [self.instrument.question(name) for name in context.answered if name in self.instrument]
        habits = [habit for habit in asked if habit.scale == "frequency" and habit != question]
        here = [question] if question is not None and question.scale == "frequency" else []
        named = named_subjects(text, [q.text for q in (*habits, *here)], language=context.language)
        if len(named) != 1 or named[0] >= len(habits):
            return None
        habit = habits[named[0]]
        reading = self._read(habit, text, context)
        if reading is None:
            return None
        return self.from_reading(habit, replace(reading, sure=False), {})  # it may be about this question after all

    def likely(self, text: str, context: Context, question: Question | None) -> Decision | None:
        """The answer that a text is most like, to be proposed; bare numbers are like none."""
        if is_nonsense(text) or not any(map(str.isalpha, text)):
            return None
        likely = self._proposed(*best(self.digressions.candidates(text, context, question)), question)
        if likely is None or likely.proposal is None or question is None:
            return likely
        denied = negated_codes(question.scale or "", text, language=context.language)
        return None if likely.proposal[1] in denied else likely

    def listed(self, text: str, context: Context, question: Question | None) -> dict[str, Reading]:
        """The answers of a message that lists several: "health, from home, on my own"."""
        if question is not None and question.name not in LISTED:
            return {}
        pending = question.name if question is not None else None
        names = [name for name in LISTED if name != "more" or pending == "more"]  # elsewhere yes and no are no item
        scales = {name: self.instrument.question(name).scale or "" for name in names}
        return read_list(context.language, text, scales, context.today)

    def corrected(self, text: str, context: Context) -> Decision | None:
        """Answers given before that a free text corrects: "actually, health rather than safety"."""
        if len(text.split()) > LONGEST_CONFIRMED or not is_correction(text, language=context.language):
            return None
        facts = read_facts(context.language, text, context.today)
        return from_facts({name: reading for name, reading in facts.items() if reading.sure})

    def from_reading(self, question: Question, reading: Reading, facts: Mapping[str, Reading]) -> Decision | None:
        """The answer to a question as it was read, and those stated beside it: coded if sure, else proposed."""
        code: Code = reading.code
        if (
            question.name in GATES_WITHOUT_ANSWER
            and self.instrument.scales[question.scale or ""].category(code) is None
        ):
            code = GATES_WITHOUT_ANSWER[question.name]
        if not reading.sure and question.name == "consent" and reading.layer == "classifier":
            return from_facts(facts)  # consent is given in plain words or not at all
        if not reading.sure:
            return from_facts(facts) or Decision("propose", reading.layer, proposal=(question.name, code))
        answers = {name: fact.code for name, fact in facts.items()} | {question.name: code}
        stated = {**facts, question.name: reading}
        minutes = stated["effort"].minutes if "effort" in stated else None
        return Decision("answer", reading.layer, answers, minutes)

    def _read(self, question: Question, text: str, context: Context) -> Reading | None:
        """What rules read in answer to the question; "not sure" means maybe where maybe is an answer."""
        missing = read_missing(text, language=context.language)
        reading = read(
            question.scale or "", text, language=context.language, today=context.today, question=question.text
        )
        if missing is None or (reading is not None and (reading.sure or question.scale == "willingness")):
            return reading
        offered = {choice.code for choice in self.instrument.choices(question.name)}
        return Reading(missing, missing != NOT_APPLICABLE or missing in offered, "rules")

    def _confirmed_by_classifier(self, text: str, question: Question, reading: Reading) -> Reading:
        probabilities = self._among_answers(text, question)
        intent = self._intent_of(question, reading.code)
        agreed = intent is not None and probabilities.get(intent, 0.0) >= self.thresholds.confirm
        return replace(reading, sure=True, layer="rules and classifier") if agreed else reading

    def _intent_of(self, question: Question, code: int) -> str | None:
        scale = self.instrument.scale_of(question)
        category = scale.category(code) if scale else None
        return f"{question.scale}_{category.name}" if category else None

    def _among_answers(self, text: str, question: Question) -> dict[str, float]:
        """Probabilities among the categories of the question only."""
        return normalised(
            {i: p for i, p in self.likeness.probabilities(text).items() if i.startswith(f"{question.scale}_")}
        )

    def _proposed(self, intent: str, probability: float, question: Question | None) -> Decision | None:
        if question is None or question.scale is None or probability < self.thresholds.propose:
            return None
        code: int | None = MISSING_INTENTS.get(intent)
        if code is not None and probability < self.thresholds.propose_missing:
            return None
        if intent in ("affirm", "deny") and question.scale in YES_NO:
            code = YES_NO[question.scale][intent == "deny"]
        elif code is None:
            scale = self.instrument.scales[question.scale]
            code = next((c.code for c in scale.categories if f"{question.scale}_{c.name}" == intent), None)
        if code is None:
            return None
        return self.from_reading(question, Reading(code, False, "classifier"), {})


def from_facts(facts: Mapping[str, Reading]) -> Decision | None:
    """Several answers at once; None where there are none."""
    if not facts:
        return None
    minutes = facts["effort"].minutes if "effort" in facts else None
    return Decision("answer", "facts", {name: reading.code for name, reading in facts.items()}, minutes)


def under_13(text: str) -> Decision:
    """Someone says, without having been asked, to be too young for the interview, which ends it."""
    if len(text.split()) <= LONGEST_AGE:
        return Decision("answer", "facts", {"agegrp": UNDER_13})
    return Decision("propose", "facts", proposal=("agegrp", UNDER_13))
