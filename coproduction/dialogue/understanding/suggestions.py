"""What a citizen says about the suggestions on show: which ones are meant, and what others should be like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from coproduction.dialogue.understanding.language import Rules, rules_for
from coproduction.dialogue.understanding.phrases import is_same_word
from coproduction.dialogue.understanding.rules import is_correction, read
from coproduction.dialogue.understanding.statements import whole_message

_WORD = re.compile(r"[^\W_]+")
SHORTEST_NAME = 3


def read_ranks(text: str, count: int, *, language: str = "en") -> tuple[int, ...]:
    """The 1-based ranks, out of `count`, that a short text names: "the second", "1 and 3", "the last", "all of them".

    Empty where it names none, or several without saying that all of them are meant.
    """
    rules = rules_for(language)
    words = _WORD.findall(text.lower())
    ranks = list(dict.fromkeys(rank for rank in _ranks(rules, words, count) if 1 <= rank <= count))
    if not ranks and count > 1 and _means_all(rules, text):
        ranks = list(range(1, count + 1))
    return tuple(ranks) if len(ranks) == 1 or _together(rules, text) else ()


def _means_all(rules: Rules, text: str) -> bool:
    return _says(rules, "all_of_them", text) or whole_message(rules.everything, rules.words(text), False) is not None


def _says(rules: Rules, listed_as: str, text: str) -> bool:
    """Whether a phrase of one of the lists about suggestions stands in a text."""
    return any(hit.kind == listed_as for hit in rules.about_suggestions.find(rules.words(text)))


def _ranks(rules: Rules, words: Sequence[str], count: int) -> Iterator[int]:
    ordinals, units = rules.content.numbers.ordinals, rules.content.numbers.units
    naming = rules.word_set(rules.content.number_of_choice) - rules.word_set(rules.content.suggestions.of_them)
    for before, word in pairwise(["", *words]):
        if word.isdigit():
            yield int(word)
        elif before in naming and before not in units and word in units:
            yield int(units[word])
        elif word in ordinals:
            yield ordinals[word]
        elif word in rules.content.last:
            yield count
        elif word in rules.content.middle and count % 2:
            yield (count + 1) // 2


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
    return any(is_same_word(name, word) for name in names)


def _together(rules: Rules, text: str) -> bool:
    """Whether several that a text names are all meant: "1, 3", "both", and nothing that excludes one of them."""
    words = set(rules.words(text))
    joined = words & rules.word_set(rules.content.suggestions.together) or _means_all(rules, text)
    is_list = not any(word.isalpha() for word in words)
    return bool(joined or is_list) and not excludes(text, language=rules.language)


def excludes(text: str, *, language: str = "en") -> bool:
    """Whether a text sets something apart: "not", "or", "except"."""
    rules = rules_for(language)
    return bool(set(rules.words(text)) & rules.word_set(rules.content.suggestions.apart))


def wants_shorter(text: str, *, language: str = "en") -> bool:
    """Whether a text asks for something that takes less time or effort: "anything quicker?"."""
    return _says(rules_for(language), "shorter", text)


def is_question(text: str, *, language: str = "en") -> bool:
    """Whether a text asks something about a suggestion: "who runs the first one"."""
    rules = rules_for(language)
    words = rules.words(text)
    return words[-1:] == ["?"] or (bool(words) and words[0] in rules.word_set(rules.content.suggestions.asking))


def takes_back(text: str, *, language: str = "en") -> bool:
    """Whether a text takes a choice back: "I can't do the first one after all"."""
    return _says(rules_for(language), "taking_back", text)


def is_conditional(text: str, *, language: str = "en") -> bool:
    """Whether a text takes something on a condition: "I'd do the first if I had a garden"."""
    return _says(rules_for(language), "provided", text)


def is_instead(text: str, *, language: str = "en") -> bool:
    """Whether what a text chooses takes the place of what was chosen before: "the second instead"."""
    rules = rules_for(language)
    return bool(set(rules.words(text)) & rules.word_set(rules.content.suggestions.instead))


def only_names(text: str, titles: Sequence[str], *, language: str = "en") -> bool:
    """Whether a text does nothing but name suggestions: "2 and 3", "the first one please", "the bee one".

    `titles` are those of the suggestions it names.
    """
    rules = rules_for(language)
    words = rules.content.suggestions
    named = {*rules.content.numbers.ordinals, *rules.content.last, *rules.content.middle}
    named |= rules.word_set(rules.content.number_of_choice)
    plain = rules.word_set(rules.content.polite) | rules.word_set(words.together) | rules.word_set(words.all_of_them)
    of_them = rules.word_set(words.of_them)
    nothing_more = named | plain | of_them
    names = [name for title in titles for name in _names(rules, title)]
    return all(word in nothing_more or not word.isalpha() or _has(names, word) for word in rules.words(text))


def is_set_aside(text: str, titles: Sequence[str], *, language: str = "en") -> bool:
    """Whether a text does nothing but exclude suggestions: "not the birds", "not the second one". `titles` as above."""
    apart = rules_for(language).word_set(rules_for(language).content.suggestions.apart)
    words = rules_for(language).words(text)
    others = " ".join(word for word in words if word not in apart)
    return len(others) < len(" ".join(words)) and only_names(others, titles, language=language)


def is_change_of_mind(text: str, *, language: str = "en") -> bool:
    """Whether what was declined is taken after all: "actually yes, I'll do it"."""
    reply = read("consent", text, language=language)
    return reply is not None and reply.code == 1 and is_correction(text, language=language)


def read_reason(text: str, *, language: str = "en") -> str:
    """Why a suggestion was declined, from a text: one of the reasons of the language file, else "other"."""
    rules = rules_for(language)
    said = set(rules.words(text))
    reasons = rules.content.suggestions.reasons.items()
    return next((reason for reason, words in reasons if said & rules.word_set(words)), "other")
