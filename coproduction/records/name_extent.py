"""How far a name reaches that begins with some word, and which words are names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coproduction.records.gazetteer import Gazetteer
from coproduction.records.name_rules import NameRules
from coproduction.records.words_in_text import Word, Words, following

LONGEST = 4
"""Words of a name, with initials and particles."""

LONGEST_SMALL = 3
"""Words of a name that is written in small letters throughout."""

INITIALS = frozenset("bcdefghjklmpqstvwz")
"""Letters that stand for a surname even where they are small: those that are no words, nor shorten any."""

_STOP = re.compile(r"\s*$|[,.!?;)\n]")

Span = tuple[int, int]


class NameExtent:
    """Measures names."""

    def __init__(self, rules: NameRules, gazetteer: Gazetteer) -> None:
        self._known = gazetteer
        self._particles = frozenset(rules.particles)
        self._joins = frozenset(rules.joins)
        self._places = frozenset(rules.places.split())
        self._verbs_end = tuple(rules.verbs_end)
        self._before = following(rules.before)
        self._person = following([*rules.before_any, *rules.before_small])

    def is_name(self, word: Word) -> bool:
        """A first name by itself, or one that is a word as well and written like a name."""
        return self._known.is_first(word.stem) or (word.capital and self._known.is_first_and_word(word.stem))

    def may_be_surname(self, word: Word) -> bool:
        """Whether a word may be a surname, also a small one."""
        return self._known.is_unknown(word.stem) or (
            self._known.is_surname(word.stem) and not self._known.is_function_word(word.stem)
        )

    def is_particle(self, word: Word) -> bool:
        """Whether a word may stand inside a name: "van"."""
        return word.plain in self._particles

    def is_of_a_place(self, word: Word) -> bool:
        """Whether a word makes the one before it a place's or a thing's name: "Park"."""
        return word.plain in self._places

    def joins(self, word: Word) -> bool:
        """Whether a word joins names: "and"."""
        return word.plain in self._joins

    def length(self, words: Words, index: int, *, after_cue: bool = False, is_certain: bool = False) -> int:
        """Of how many words the name is that begins at `index`; 0 where it is a place's."""
        if self.is_a_place(words, index):
            return 0
        length = 1
        while length < LONGEST and index + length < len(words):
            if not re.fullmatch(r"[ \t]*", words.gap(index + length)):
                break
            if not self._continues(words, index, length, after_cue=after_cue or is_certain):
                break
            if self.is_a_place(words, index + length):
                return 0 if not is_certain and length == 1 and words[index].capital else length
            length += 1
        while length > 1 and self.is_particle(words[index + length - 1]) and not words[index + length - 1].is_initial:
            length -= 1
        return length

    def begin(self, words: Words, index: int) -> int:
        """Where the name begins to which the word at `index` belongs: words no one knows, initials and particles."""
        first = index
        while index and first - index < LONGEST and not words[index].opens and words.gap(index) in (" ", ". "):
            before = words[index - 1]
            if not words[index].capital:
                is_name = self._known.is_first_and_word(before.plain) and not self._known.is_never(before.plain)
                return index - is_name
            is_known = self._known.is_surname(before.plain) and not self._known.is_function_word(before.plain)
            is_part = before.is_initial or self._known.is_unknown(before.plain) or self.is_particle(before) or is_known
            if not is_part or not (before.capital or self.is_particle(before)) or self._known.is_never(before.plain):
                break
            index -= 1
        return index

    def joined(self, words: Words, index: int, *, after_cue: bool) -> Iterator[Span]:
        """Further names from `index` on, after "and", "&" or a comma: "my children Tom, Jane and Mo".

        After a cue they need not be known.
        """
        while index < len(words):
            gap = words.gap(index)
            if not re.fullmatch(r",? |,? & ", gap):
                return
            is_joined = self.joins(words[index])
            index += is_joined
            if index == len(words) or not (is_joined or "," in gap or "&" in gap):
                return
            word = words[index]
            may_be_unknown = after_cue and word.capital and not word.opens and not self._known.is_never(word.plain)
            is_small = is_joined and self._known.is_first_and_word(word.stem) and not self._known.is_never(word.stem)
            is_small = is_small or (after_cue and self._known.is_unknown(word.stem))
            length = self.length(words, index) if self.is_name(word) or may_be_unknown or is_small else 0
            if not length:
                return
            yield words.span(index, length)
            index += length

    def _continues(self, words: Words, index: int, length: int, *, after_cue: bool) -> bool:
        first, word = words[index], words[index + length]
        if len(word.plain) == 1 and (word.capital or (word.plain in INITIALS and self._known.is_first(first.plain))):
            return True
        if self.is_particle(word):
            return not first.capital or any(other.capital for other in words[index + length + 1 : index + length + 3])
        if word.capital:
            after_particle = self.is_particle(words[index + length - 1])
            may_be_surname = self._known.is_surname(word.stem) or not self._known.is_never(word.stem)
            return after_particle or self.is_name(word) or may_be_surname
        if first.capital or length >= LONGEST_SMALL or self._known.is_never(word.stem):
            return False
        return self._is_small_surname(words, first, index + length, after_cue=after_cue)

    def _is_small_surname(self, words: Words, first: Word, index: int, *, after_cue: bool) -> bool:
        plain, next_word = words[index].stem, words.next(index)
        if self._known.is_first(plain):
            return after_cue or self._known.is_first(first.plain)
        if self._known.is_unknown(plain):
            return after_cue or self._known.is_surname(plain) or self._known.is_first(first.plain)
        if self._known.is_function_word(plain) or plain.endswith(self._verbs_end):
            return False
        if next_word is None or words.followed(index, _STOP) or words.followed(index, self._before):
            return after_cue or self._known.is_surname(plain)
        if after_cue:
            return self.may_be_surname(next_word)
        return self._known.is_surname(plain) and self._known.is_never(next_word.plain)

    def is_a_place(self, words: Words, index: int) -> bool:
        """Whether the next word makes this one a place's: "Victoria Park"."""
        next_word = words.next(index)
        if next_word is None or not re.fullmatch(r"[ \t]+", words.gap(index + 1)) or not self.is_of_a_place(next_word):
            return False
        if next_word.capital and self.is_name(words[index]) and words.followed(index + 1, self._person):
            return False
        is_owner = words[index].plain.endswith("s") and self._known.is_first(words[index].plain.rstrip("s").rstrip("'"))
        return next_word.capital or not (words[index].capital or next_word.opens or is_owner)
