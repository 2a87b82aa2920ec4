"""Phrases as written in a language file, and finding them in a message.

A language file writes phrases separated by `;` in a small notation:

    now and then            these words, one after the other
    not (so|very)? often    alternatives, and `?` after what may be left out
    <n> times a week        any number, in digits or words
    help .. neighbours      `..` stands for up to three words
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA, Prefix
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

NUMBER, GAP = "<n>", ".."
LONGEST_GAP = 3
SHORTEST_STEM, LONGEST_ENDING = 4, 3
SHORTEST_CORRECTED = 5
TWO_SLIPS_FROM = 9
MOST_PLAIN = 8
"""Phrases that stand for more word sequences than this are matched as patterns, not one by one."""

_SYMBOLS = re.compile(r"[()|?]|[^\s()|?]+")


class PhraseError(ValueError):
    """A phrase in a language file does not follow the notation."""


def is_same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one word as far as spelling shows: "bee" and "bees", "recycle" and "recycling"."""
    shared = Prefix.similarity(one, other)
    shorter, longer = sorted((len(one), len(other)))
    if shared == shorter >= SHORTEST_STEM - 1:
        return longer - shorter <= LONGEST_ENDING
    return shared >= SHORTEST_STEM and longer - shared <= LONGEST_ENDING


class Hit(NamedTuple):
    """A phrase found: the index of its first word and of the word after its last, and what it stands for."""

    start: int
    end: int
    kind: str
    code: int
    sure: bool


class Meaning(NamedTuple):
    """What a phrase stands for. `kind` is `code` for answers, else the name of a list in the language file."""

    kind: str
    code: int = 0
    sure: bool = True


Slot = tuple[str, ...]
"""The words that may stand in one place of a phrase."""


def compact(phrase: str) -> list[list[Slot]]:
    """The sequences of slots a phrase in the notation stands for. Raises `PhraseError` on unbalanced brackets."""
    symbols = _SYMBOLS.findall(phrase)
    sequences, rest = _alternatives(symbols, 0)
    if rest != len(symbols):
        raise PhraseError(f"unbalanced brackets: {phrase}")
    return [sequence for sequence in sequences if sequence]


def expand(phrase: str) -> list[list[str]]:
    """All the word sequences a phrase in the notation stands for. Raises `PhraseError` on unbalanced brackets."""
    return [list(words) for sequence in compact(phrase) for words in product(*sequence)]


def _alternatives(symbols: Sequence[str], at: int) -> tuple[list[list[Slot]], int]:
    found: list[list[Slot]] = []
    current: list[list[Slot]] = [[]]
    while at < len(symbols) and symbols[at] != ")":
        symbol = symbols[at]
        if symbol == "|":
            found, current, at = found + current, [[]], at + 1
            continue
        if symbol == "(":
            options, at = _alternatives(symbols, at + 1)
            if at >= len(symbols):
                raise PhraseError("unbalanced brackets: " + " ".join(symbols))
        else:
            options = [[(symbol,)]]
        at += 1
        if at < len(symbols) and symbols[at] == "?":
            options, at = [[], *options], at + 1
        current = [start + option for start in current for option in options]
    return _merge_single_words(found + current), at


def _merge_single_words(options: list[list[Slot]]) -> list[list[Slot]]:
    """The same options with those of one plain word put into one slot: far fewer sequences to keep."""
    plain = [len(option) == 1 and all(word.isalpha() for word in option[0]) for option in options]
    single = tuple(word for option, is_plain in zip(options, plain, strict=True) if is_plain for word in option[0])
    others = [option for option, is_plain in zip(options, plain, strict=True) if not is_plain]
    return [[single], *others] if single else others


def split_phrases(listed: str) -> list[str]:
    """The phrases of a `;`-separated list."""
    return [phrase.strip() for phrase in listed.split(";") if phrase.strip()]


def _pattern(slots: Sequence[Slot]) -> list[dict[str, Any]]:
    """The pattern for spaCy's Matcher."""
    pattern: list[dict[str, Any]] = []
    for slot in slots:
        if slot == (NUMBER,):
            pattern.append({"LIKE_NUM": True})
        elif slot == (GAP,):
            pattern += [{"IS_PUNCT": False, "OP": "?"}] * LONGEST_GAP
        else:
            pattern.append({"ORTH": slot[0]} if len(slot) == 1 else {"ORTH": {"IN": list(slot)}})
    return pattern


class PhraseSet:
    """Phrases of several meanings that are looked for together: the longest wins, then the one listed first.

    `tokenize` turns a phrase's words into tokens exactly as it does with a message. Misspelt words are matched
    to the words of the phrases unless they are among `known` words.
    """

    def __init__(
        self,
        vocab: Vocab,
        tokenize: Callable[[str], list[str]],
        phrases: Iterable[tuple[Meaning, str]],
        known: Collection[str] = (),
    ) -> None:
        self._vocab = vocab
        self._known = known
        self._meanings: list[Meaning] = []
        self._plain = PhraseMatcher(vocab, attr="ORTH")
        self._patterns: dict[str, list[Matcher]] = {}
        patterns: dict[Slot, dict[str, list[list[dict[str, Any]]]]] = {}
        self._corrections: dict[str, str] = {}
        self._seen: dict[str, list[str]] = {}
        self.words: set[str] = set()
        for meaning, listed in phrases:
            self._add(meaning, listed, tokenize, patterns)
        for first, listed_under in patterns.items():
            matcher = Matcher(vocab, validate=False)
            for key, beginning_so in listed_under.items():
                matcher.add(key, beginning_so)
            for word in first:
                self._patterns.setdefault(word, []).append(matcher)
        self._correctable = sorted(word for word in self.words if len(word) >= SHORTEST_CORRECTED)

    def _add(
        self,
        meaning: Meaning,
        listed: str,
        tokenize: Callable[[str], list[str]],
        patterns: dict[Slot, dict[str, list[list[dict[str, Any]]]]],
    ) -> None:
        """Keep phrases; those that need patterns by the words they can begin with, as only those are tried."""
        key = str(len(self._meanings))
        self._meanings.append(meaning)
        for phrase in split_phrases(listed):
            for sequence in compact(phrase):
                for slots in self._tokenized(sequence, tokenize):
                    self.words.update(word for slot in slots for word in slot if word not in (NUMBER, GAP))
                    if (GAP,) in slots or (NUMBER,) in slots or prod(map(len, slots)) > MOST_PLAIN:
                        patterns.setdefault(slots[0], {}).setdefault(key, []).append(_pattern(slots))
                    else:
                        self._plain.add(key, [Doc(self._vocab, words=list(words)) for words in product(*slots)])

    def _tokenized(self, sequence: Sequence[Slot], tokenize: Callable[[str], list[str]]) -> list[list[Slot]]:
        """The sequence as tokens: a word that is more than one token ("cannot") makes a sequence of its own."""
        sequences: list[list[Slot]] = [[]]
        for slot in sequence:
            options: list[list[Slot]] = []
            single: list[str] = []
            for word in slot:
                tokens = [word] if word in (NUMBER, GAP) else self._tokens(word, tokenize)
                if len(tokens) == 1:
                    single += tokens
                else:
                    options.append([(token,) for token in tokens])
            if single:
                options.append([tuple(single)])
            sequences = [start + option for start in sequences for option in options]
        return sequences

    def _tokens(self, word: str, tokenize: Callable[[str], list[str]]) -> list[str]:
        if word not in self._seen:
            self._seen[word] = tokenize(word)
        return self._seen[word]

    def correct(self, word: str) -> str:
        """The word of the phrases that a misspelt word is closest to; the word itself where none is clearly meant."""
        if len(word) < SHORTEST_CORRECTED - 1 or word in self.words or word in self._known or not word.isalpha():
            return word
        if word not in self._corrections:
            if len(self._corrections) > 10_000:
                self._corrections.clear()
            self._corrections[word] = self._closest(word)
        return self._corrections[word]

    def _closest(self, word: str) -> str:
        best: list[str] = []
        least = 3
        for candidate in self._correctable:
            if candidate[0] != word[0] or abs(len(candidate) - len(word)) > 2:
                continue
            allowed = 2 if min(len(candidate), len(word)) >= TWO_SLIPS_FROM else 1
            distance = OSA.distance(candidate, word, score_cutoff=allowed)
            if distance <= allowed and distance <= least:
                best = [candidate] if distance < least else [*best, candidate]
                least = distance
        return best[0] if len(best) == 1 else word

    def _patterns_of(self, words: Sequence[str]) -> list[Matcher]:
        """The patterns that may begin with one of the words."""
        found = {id(matcher): matcher for word in (NUMBER, GAP, *words) for matcher in self._patterns.get(word, ())}
        return list(found.values())

    def find(self, words: Sequence[str], correct: bool = True) -> list[Hit]:
        """The phrases in a message's words, from left to right, none overlapping."""
        spelt = [self.correct(word) for word in words] if correct else list(words)
        doc = Doc(self._vocab, words=spelt)
        strings = self._vocab.strings
        matches = self._plain(doc)
        for matcher in self._patterns_of(spelt):
            matches += matcher(doc)
        found = [(start - end, int(strings[key]), start, end) for key, start, end in matches]
        taken = [False] * len(spelt)
        hits = []
        for _, listed_as, start, end in sorted(found):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                meaning = self._meanings[listed_as]
                hits.append(Hit(start, end, meaning.kind, meaning.code, meaning.sure))
        return sorted(hits)
