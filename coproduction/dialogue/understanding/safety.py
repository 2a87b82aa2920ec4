"""Danger, control phrases and nonsense: what must be noticed before an answer is looked for."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Literal

from coproduction.dialogue.understanding.language import Rules, rules_for
from coproduction.dialogue.understanding.statements import whole_message

DangerKind = Literal["emergency", "self_harm", "abuse"]
KINDS: tuple[DangerKind, ...] = ("self_harm", "emergency", "abuse")
"""In the order of looking: an overdose is both of the first two, and its numbers come with the emergency one."""

LONGEST_COMMAND = 60
SHORTEST_MASH = 5
_SENTENCE_ENDS = frozenset(".;!?\n")
_VOWELS = frozenset("aeiouyw")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = frozenset(pair for row in _KEYBOARD for a, b in pairwise(row) for pair in (a + b, b + a))


def find_danger(language: str, text: str, *, asked_for_topic: bool = False) -> DangerKind | None:
    """The kind of danger a message speaks of anywhere in it, or None.

    Mentions that may be harmless ("there is a fire") do not count beside words that say so ("last year",
    "if"); plain statements always do. In doubt about self-harm or abuse the answer is not None. Where a topic was
    `asked_for`, a mention alone ("domestic violence") names one.
    """
    rules = rules_for(language)
    words = rules.words(text)
    for kind in KINDS:
        if _speaks_of(rules, kind, words) and not (asked_for_topic and _is_all(rules, words, "mention")):
            return kind
    return None


def is_idiom(language: str, text: str) -> bool:
    """Whether a message as a whole only sounds like danger: "90 and still kicking"."""
    rules = rules_for(language)
    return _is_all(rules, rules.words(text), "ignore")


def _is_all(rules: Rules, words: list[str], listed_as: str) -> bool:
    """Whether a message is nothing but phrases of one list of the dangers, and words that mean nothing here."""
    hits = [hit for kind in KINDS for hit in rules.danger[kind].find(words) if hit.kind == listed_as]
    covered = {i for hit in hits for i in range(hit.start, hit.end)}
    signals = rules.content.signals
    plain = rules.word_set(f"{signals.fillers}; {signals.joins}; {signals.breaks}")
    others = (word for i, word in enumerate(words) if i not in covered)
    return bool(hits) and all(word in plain or not word.isalpha() for word in others)


def _speaks_of(rules: Rules, kind: DangerKind, words: list[str]) -> bool:
    hits = rules.danger[kind].find(words)
    if any(hit.kind == "say" for hit in hits):
        return True
    for mention in (hit for hit in hits if hit.kind == "mention"):
        start = next((i + 1 for i in range(mention.start - 1, -1, -1) if words[i] in _SENTENCE_ENDS), 0)
        end = next((i for i in range(mention.end, len(words)) if words[i] in _SENTENCE_ENDS), len(words))
        if not any(hit.kind == "unless" and start <= hit.start < end for hit in hits):
            return True
    return False


def find_command(language: str, text: str) -> str | None:
    """The name of the intent that a short message as a whole commands ("stop", "go back please"), or None."""
    if not text.strip() or len(text) > LONGEST_COMMAND:
        return None
    rules = rules_for(language)
    names, phrases = rules.commands
    index = whole_message(phrases, rules.words(text), correct=False)
    return None if index is None else names[index]


def is_nonsense(text: str) -> bool:
    """Whether a message holds nothing to understand: no letters or digits, or only keyboard mashing."""
    words = "".join(c.lower() if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text)).split()
    return not words or all(_is_mash(word) for word in words)


def _is_mash(word: str) -> bool:
    letters = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    if not letters.isascii() or not letters.isalpha() or len(letters) < SHORTEST_MASH - 1:
        return False
    if len(set(letters)) == 1:
        return True
    if len(letters) == SHORTEST_MASH - 1:
        return any(letters in row or letters[::-1] in row for row in _KEYBOARD[1:])
    neighbours = sum(a + b in _NEIGHBOURS for a, b in pairwise(letters))
    squeezed = "".join(a for a, b in zip(letters, letters[1:] + " ", strict=False) if a != b)
    no_vowel = len(squeezed) >= SHORTEST_MASH and not _VOWELS & set(letters)
    return no_vowel or neighbours >= 0.75 * (len(letters) - 1)
