"""Reading an answer by rules: phrases with their negations and hedges, amounts of time, ages."""

from __future__ import annotations

from datetime import date

from coproduction.dialogue.understanding.ages import read_age_group
from coproduction.dialogue.understanding.durations import read_minutes_per_month
from coproduction.dialogue.understanding.language import rules_for
from coproduction.dialogue.understanding.reading import Reading
from coproduction.dialogue.understanding.statements import read_statement, whole_message
from coproduction.survey.scoring import effort_band

LAYER = "rules"
LONGEST_MISSING = 60


def read(scale: str, text: str, *, language: str = "en", today: date | None = None) -> Reading | None:
    """The code of a scale that an answer states, or None where the rules make nothing of it.

    `today` is what ages are counted to. Missing codes are `read_missing`'s.
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
    loose = rules.content.scales[scale].loose
    return read_statement(rules.scales[scale], rules.words(text), loose=loose, layer=LAYER)


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
