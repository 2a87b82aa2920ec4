"""Reading an answer as one of the choices shown: its number, its words, or nearly its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from coproduction.dialogue.understanding.language import Rules, rules_for
from coproduction.dialogue.understanding.reading import Reading
from coproduction.survey.instrument import MISSING_CODES, Choice

LAYER = "choices"
LONGEST_CHOICE = 60
FROM_AN_AMOUNT = 5
"""Where the choices are amounts themselves, a bare number from here on may be one (an age of 8) and is not sure."""
SHORTEST_MISSPELT = 4
SHORTEST_MEANT = 5
TWO_SLIPS_FROM = 9

_NUMBERED = re.compile(r"[#(]?\s*(\d{1,2})\s*[.)]?")
_WORD = re.compile(r"[^\W_]")


def read_choice(choices: Sequence[Choice], text: str, *, language: str = "en") -> Reading | None:
    """The choice a short answer names by its 1-based number, its words or a clear part of them; else None.

    A misspelt choice is sure unless another choice is spelt nearly like it.
    """
    if not text.strip() or len(text) > LONGEST_CHOICE:
        return None
    rules = rules_for(language)
    numbered = _by_number(choices, text.strip(), rules)
    if numbered is not None:
        return numbered
    titles = [(choice.code, _plain(choice.title, rules)) for choice in choices]
    said = _plain(text, rules)
    if not said:
        return None
    exact = [code for code, title in titles if title == said]
    if exact:
        return Reading(exact[0], True, LAYER) if len(exact) == 1 else None
    parts = [code for code, title in titles if _is_clear_part(said, title, rules)]
    if parts:
        containing = [code for code, title in titles if _contains(title, said)]
        return Reading(parts[0], True, LAYER) if len(containing) == 1 else None
    return _misspelt(titles, said, rules)


def _by_number(choices: Sequence[Choice], text: str, rules: Rules) -> Reading | None:
    bare = _NUMBERED.fullmatch(text)
    number, named = (int(bare[1]), False) if bare else _number_in_words(text, choices, rules)
    if not 1 <= number <= len(choices):
        return None
    are_numbers = any(character.isdigit() for choice in choices for character in choice.title)
    if number > 9 and not named and are_numbers:
        return None  # where the choices are numbers themselves (ages), "10" may mean just that
    return Reading(choices[number - 1].code, number < FROM_AN_AMOUNT or named or not are_numbers, LAYER)


def _place(last: bool, choices: Sequence[Choice]) -> int:
    """The number of the last choice or the middle one, missing answers left aside; 0 where there is no middle."""
    count = sum(choice.code not in MISSING_CODES for choice in choices)
    if last:
        return count
    return count // 2 + 1 if count % 2 else 0


def _number_in_words(text: str, choices: Sequence[Choice], rules: Rules) -> tuple[int, bool]:
    """A choice's number and whether it was called one ("option two", "the second"); 0 if there is none."""
    polite = rules.word_set(rules.content.polite)
    naming = rules.word_set(rules.content.number_of_choice)
    words = [word for word in rules.words(text) if _WORD.search(word) and word not in polite]
    numbers = [word for word in words if word not in naming]
    if not numbers and not _points(rules, text, polite):
        numbers = words[-1:]
    if len(numbers) != 1:
        return 0, False
    if numbers[0] in (*rules.content.last, *rules.content.middle):
        return _place(numbers[0] in rules.content.last, choices), True
    ordinals = rules.content.numbers.ordinals
    if numbers[0] in ordinals:
        return (0, False) if _is_time(rules, text) else (ordinals[numbers[0]], True)
    found = rules.number(numbers, 0)
    return (int(found[0]), len(words) > 1) if found and found[0] == int(found[0]) else (0, False)


def _is_time(rules: Rules, text: str) -> bool:
    """Whether a text is about a length of time: "just a second" is not the second choice."""
    return any(hit.kind == "ignore" for hit in rules.durations.find(rules.words(text)))


def _points(rules: Rules, text: str, polite: frozenset[str] | set[str]) -> bool:
    """Whether "one" in a text only stands for something pointed at ("that one"), and is no number."""
    words = [word for word in rules.words(text) if _WORD.search(word)]
    return len(words) > 1 and words[-2] in polite and words[-1] not in polite


def _plain(text: str, rules: Rules) -> list[str]:
    """The words that matter for telling choices apart."""
    polite = rules.word_set(rules.content.polite)
    words = [word for word in rules.words(text) if _WORD.search(word)]
    return [word for word in words if word not in polite] or words


def _contains(title: Sequence[str], part: Sequence[str]) -> bool:
    return any(list(title[at : at + len(part)]) == list(part) for at in range(len(title) - len(part) + 1))


def _content(words: Sequence[str], rules: Rules) -> set[str]:
    meaningless = rules.word_set(rules.content.signals.fillers)
    return {word for word in words if word not in meaningless}


def _is_clear_part(said: Sequence[str], title: Sequence[str], rules: Rules) -> bool:
    """Whether an answer is at least half of what a title says, with no number or "not" or "less" left away."""
    if not _contains(title, said) or any(word[0].isdigit() for word in title):
        return False
    keep = rules.word_set(rules.content.keep)
    if (set(title) & keep) - set(said):
        return False
    content, named = _content(title, rules), _content(said, rules)
    if named <= rules.word_set(rules.content.signals.negators):
        return False
    return bool(content) and 2 * len(named) >= len(content)


def _slips_allowed(said: str, meant: str) -> int:
    if len(said) < SHORTEST_MISSPELT or len(meant) < SHORTEST_MEANT or said[0] != meant[0]:
        return -1
    return 2 if len(meant) >= TWO_SLIPS_FROM else 1


def _misspelt(titles: Sequence[tuple[int, list[str]]], said: Sequence[str], rules: Rules) -> Reading | None:
    if any(word[0].isdigit() for word in said) or all(word in rules.known for word in said):
        return None
    text = " ".join(said)
    found: dict[int, int] = {}
    for code, title in titles:
        wholes = [" ".join(title)]
        if len(said) == 1:
            wholes += [word for word in title if _is_clear_part([word], title, rules)]
        for whole in wholes:
            allowed = _slips_allowed(text, whole)
            distance = OSA.distance(text, whole) if allowed > 0 else 99
            if distance <= allowed + 1:
                found[code] = min(distance - allowed, found.get(code, 9))
    close = sorted(found, key=lambda code: found[code])
    if not close or found[close[0]] > 0:
        return None
    return Reading(close[0], len(close) == 1, LAYER)
