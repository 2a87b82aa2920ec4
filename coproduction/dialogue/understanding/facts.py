"""Facts that a message states without having been asked, or beside the question asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from coproduction.dialogue.understanding.ages import read_age_words, year_of_birth
from coproduction.dialogue.understanding.durations import read_duration, split_duration
from coproduction.dialogue.understanding.language import Rules, rules_for
from coproduction.dialogue.understanding.phrases import PhraseSet
from coproduction.dialogue.understanding.reading import Reading
from coproduction.dialogue.understanding.rules import read
from coproduction.dialogue.understanding.statements import state
from coproduction.survey.scoring import effort_band

LAYER = "facts"
_SENTENCE_ENDS = frozenset(".;!?")
_CLAUSE_ENDS = _SENTENCE_ENDS | {","}
_LIST_SEPARATORS = frozenset(",.;!/&+")


def read_facts(language: str, text: str, today: date) -> dict[str, Reading]:
    """Variable → reading for everything a message states plainly about sector, effort, company, place and age.

    Only wordings that need no question to be understood count; what is negated, asked or contradictory does not.
    """
    rules = rules_for(language)
    facts: dict[str, Reading] = {}
    asking = rules.word_set(rules.content.suggestions.asking)
    for words in _parted(rules.words(year_of_birth(text)), _SENTENCE_ENDS):
        for variable, phrases in rules.facts.items():
            reading = _stated(phrases, words, is_asking=words[0] in asking)
            if reading is not None:
                facts[variable] = reading
        effort = _effort(rules, words)
        if effort is not None:
            facts["effort"] = effort
        age = read_age_words(rules, words, today, unasked=True)
        if age is not None:
            facts["agegrp"] = Reading(age.code, age.sure, LAYER)
    return facts


def read_list(language: str, text: str, scales: Mapping[str, str], today: date) -> dict[str, Reading]:
    """Variable → reading for a message that lists answers to several questions: "health, from home, on my own".

    `scales` are the questions that may be meant and their scales. Each item of the list must be an answer to
    just one of them, without doubt and without "no" or "none"; otherwise, and for a single item, empty.
    """
    found: dict[str, Reading] = {}
    for item in _items(rules_for(language).words(text), rules_for(language)):
        for name, reading in _answered(language, item, scales, today):
            if name in found and found[name].code != reading.code:
                return {}
            found[name] = reading
    nothing = found.get("effort")
    return found if len(found) > 1 and (nothing is None or nothing.code != 0) else {}


def _answered(language: str, item: str, scales: Mapping[str, str], today: date) -> list[tuple[str, Reading]]:
    """The one question that an item of a list answers without doubt, and the answer.

    An amount of time and the words beside it are two: "an hour a week on my own".
    """
    amount, rest = split_duration(item, language=language)
    if amount and rest:
        return [answer for part in (amount, rest) for answer in _answered(language, part, scales, today)]
    readings = {name: read(scale, item, language=language, today=today) for name, scale in scales.items()}
    sure = [(name, reading) for name, reading in readings.items() if reading is not None and reading.sure]
    return sure if len(sure) == 1 else []


def without_facts(language: str, text: str, today: date) -> str:
    """A message without its clauses that state facts: "I'm 45 by the way, and sometimes" leaves "and sometimes"."""
    clauses = [" ".join(words) for words in _parted(rules_for(language).words(text), _CLAUSE_ENDS)]
    return " ".join(clause for clause in clauses if not read_facts(language, clause, today))


def _parted(words: Sequence[str], ends: Collection[str]) -> Iterator[list[str]]:
    """The words in parts, each with the mark that ends it."""
    part: list[str] = []
    for word in words:
        part.append(word)
        if word in ends:
            yield part
            part = []
    if part:
        yield part


def _items(words: Sequence[str], rules: Rules) -> Iterator[str]:
    """The items of a list as written: separated by commas, line ends or "and"."""
    separators = _LIST_SEPARATORS | rules.word_set(rules.content.suggestions.together)
    item: list[str] = []
    for word in [*words, ","]:
        if word in separators:
            if item:
                yield " ".join(item)
            item = []
        else:
            item.append(word)


def _stated(phrases: PhraseSet, words: Sequence[str], *, is_asking: bool) -> Reading | None:
    statement = state(phrases, words)
    codes = {hit.code for hit in statement.codes}
    if not codes or words[-1] == "?" or is_asking or (len(codes) > 1 and not statement.corrected):
        return None
    last = statement.codes[-1]
    return Reading(last.code, last.sure and not statement.doubtful, LAYER)


def _effort(rules: Rules, words: Sequence[str]) -> Reading | None:
    """The time someone says to have: "I can spare an hour a week", not "it takes an hour a week"."""
    available = rules.available.find(words)
    for hit in available:
        end = next((i for i in range(hit.end, len(words)) if words[i] in _SENTENCE_ENDS), len(words))
        duration = read_duration(rules, words[hit.end : end])
        near = read_duration(rules, words[hit.end : min(end, hit.end + 5)])
        if duration is not None and near is not None and duration.periodic and words[-1] != "?":
            return Reading(effort_band(duration.minutes), duration.sure, LAYER, duration.minutes)
    return None
