"""What a citizen says about the suggestions on show: which ones are meant, and what others should be like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coproduction.dialogue.understanding.language import Rules, rules_for

_WORD = re.compile(r"[^\W_]+")
SHORTEST_NAME = 3
LONGEST_ENDING = 2
"""Words are taken for forms of one word where one is the other with so many letters more: "bee", "bees"."""


def read_ranks(text: str, count: int, *, language: str = "en") -> tuple[int, ...]:
    """The 1-based ranks, out of `count`, that a short text names: "the second", "1 and 3", "the last", "all of them".

    Empty where it names none, or several without saying that all of them are meant.
    """
    rules = rules_for(language)
    words = _WORD.findall(text.lower())
    ranks = list(dict.fromkeys(rank for rank in _ranks(rules, words, count) if 1 <= rank <= count))
    if not ranks and rules.word_set(rules.content.suggestions.all_of_them) & set(words) and count > 1:
        ranks = list(range(1, count + 1))
    return tuple(ranks) if len(ranks) == 1 or _together(rules, text) else ()


def _ranks(rules: Rules, words: Sequence[str], count: int) -> Iterator[int]:
    ordinals = rules.content.numbers.ordinals
    for word in words:
        if word.isdigit():
            yield int(word)
        elif word in ordinals:
            yield ordinals[word]
        elif word in rules.content.last:
            yield count


def read_titles(text: str, titles: Sequence[str], *, language: str = "en") -> tuple[int, ...]:
    """The indices of the titles that a text calls by a word no other title has: "the bee one".

    Empty where it calls none, or several without saying that all of them are meant.
    """
    rules = rules_for(language)
    said = _names(rules, text)
    named = [_names(rules, title) for title in titles]
    found = {
        at
        for at, names in enumerate(named)
        for word in said
        if _has(names, word) and not any(_has(other, word) for i, other in enumerate(named) if i != at)
    }
    return tuple(sorted(found)) if len(found) == 1 or _together(rules, text) else ()


def _names(rules: Rules, text: str) -> list[str]:
    plain = rules.word_set(rules.content.signals.fillers) | rules.word_set(rules.content.suggestions.plain)
    return [word for word in rules.words(text) if len(word) >= SHORTEST_NAME and word.isalpha() and word not in plain]


def _has(names: Sequence[str], word: str) -> bool:
    return any(_is_same(name, word) for name in names)


def _is_same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) and len(longer) - len(shorter) <= LONGEST_ENDING


def _together(rules: Rules, text: str) -> bool:
    """Whether several that a text names are all meant: "and", "both", and nothing that excludes one of them."""
    words = set(rules.words(text))
    of_all = rules.word_set(rules.content.suggestions.together) | rules.word_set(rules.content.suggestions.all_of_them)
    return bool(words & of_all) and not words & rules.word_set(rules.content.suggestions.apart)


def wants_shorter(text: str, *, language: str = "en") -> bool:
    """Whether a text asks for something that takes less time or effort: "anything quicker?"."""
    rules = rules_for(language)
    return bool(set(rules.words(text)) & rules.word_set(rules.content.suggestions.shorter))
