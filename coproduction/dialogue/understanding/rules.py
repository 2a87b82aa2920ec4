"""Reading an answer by rules: phrases with their negations and hedges, amounts of time, ages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from coproduction.dialogue.understanding.ages import read_age_group
from coproduction.dialogue.understanding.durations import read_minutes_per_month
from coproduction.dialogue.understanding.language import Rules, rules_for
from coproduction.dialogue.understanding.phrases import is_same_word
from coproduction.dialogue.understanding.reading import Reading
from coproduction.dialogue.understanding.statements import read_statement, state, whole_message
from coproduction.survey.scoring import effort_band

LAYER = "rules"
LONGEST_MISSING = 60
SHORTEST_SUBJECT = 3
"""Letters of a word that can tell one question from another."""


def read(
    scale: str, text: str, *, language: str = "en", today: date | None = None, question: str = ""
) -> Reading | None:
    """The code of a scale that an answer states, or None where the rules make nothing of it.

    `today` is what ages are counted to, `question` the words of the question. Missing codes are `read_missing`'s.
    """
    if scale == "age":
        return read_age_group(text, today or date.today(), language=language)
    rules = rules_for(language)
    if scale not in rules.scales:
        return None
    if scale == "effort":
        amount = read_minutes_per_month(text, language=language)
        if amount is not None:
            minutes, sure = amount
            return Reading(effort_band(minutes), sure, LAYER, minutes)
    about = _subject_if_named(rules, text, question) if scale == "frequency" else ()
    return read_statement(rules.scales[scale], rules.words(text), LAYER, about=about)


def _subject_if_named(rules: Rules, text: str, question: str) -> list[str]:
    """The words a question is about, if a text names what is done: "I often go out" does not say to lock up then."""
    subject = _subject(rules, "frequency", question)
    deeds = [word for word in subject if word in rules.word_set(rules.content.signals.deeds)]
    is_named = any(word.startswith(deed) for word in rules.words(text) for deed in deeds)
    return subject if is_named else []


def negated_codes(scale: str, text: str, *, language: str = "en") -> frozenset[int]:
    """The codes of a scale that a message names to deny them: "not a man"."""
    rules = rules_for(language)
    return state(rules.scales[scale], rules.words(text)).denied if scale in rules.scales else frozenset()


def is_nothing_in_particular(text: str, *, language: str = "en") -> bool:
    """Whether a message as a whole names nothing: "none really", "anything"."""
    rules = rules_for(language)
    return whole_message(rules.nothing_in_particular, rules.words(text)) is not None


def named_subjects(text: str, questions: Sequence[str], *, language: str = "en") -> list[int]:
    """The indices of the questions that a message calls by a word no other of them has."""
    rules = rules_for(language)
    signals = rules.content.signals
    plain = rules.word_set(f"{signals.fillers}; {signals.corrections}; {signals.doubts}; {signals.general}")
    said = [
        word for word in rules.words(text) if word.isalpha() and len(word) >= SHORTEST_SUBJECT and word not in plain
    ]
    subjects = [_subject(rules, "frequency", question) for question in questions]
    found = [
        {at for at, subject in enumerate(subjects) if any(is_same_word(word, other) for other in subject)}
        for word in said
    ]
    return sorted({at for places in found if len(places) == 1 for at in places})


def _subject(rules: Rules, scale: str, question: str) -> list[str]:
    """The words a question is about; what it sets aside ("instead of the car") is not among them."""
    words = rules.words(question)
    aside = (hit.start for hit in rules.scales[scale].find(words, correct=False) if hit.kind == "negators")
    return [word for word in words[: next(aside, len(words))] if word.isalpha()]


def is_correction(text: str, *, language: str = "en") -> bool:
    """Whether a message says that it corrects something ("actually", "I meant")."""
    rules = rules_for(language)
    return any(hit.kind == "corrections" for hit in rules.scales["sector"].find(rules.words(text)))


def is_against_something(text: str, *, language: str = "en") -> bool:
    """Whether a message sets something aside: "I hate bees", "anything but litter"."""
    rules = rules_for(language)
    return bool(rules.dislikes.find(rules.words(text)))


def without_reference_to_previous(text: str, *, language: str = "en") -> str | None:
    """A message without the words that refer to the question before ("for the last one"); None without such words."""
    rules = rules_for(language)
    words = rules.words(text)
    hits = rules.previous.find(words)
    if not hits:
        return None
    referring = {i for hit in hits for i in range(hit.start, hit.end)}
    return " ".join(word for i, word in enumerate(words) if i not in referring)


def read_missing(text: str, *, language: str = "en") -> int | None:
    """The missing code (66, 77, 88) that a whole message states, else None."""
    if len(text) > LONGEST_MISSING:
        return None
    rules = rules_for(language)
    return whole_message(rules.missing, rules.words(text))
