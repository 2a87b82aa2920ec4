"""Names that are found without a cue: after a title, by the lists of names, and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coproduction.records.gazetteer import Gazetteer
from coproduction.records.name_extent import LONGEST, NameExtent, Span
from coproduction.records.name_rules import NameRules
from coproduction.records.words_in_text import Word, Words, following


class NamesByThemselves:
    """Finds names after a title ("Mrs Bell"), known first names, initials, families, and names before some words."""

    def __init__(self, rules: NameRules, gazetteer: Gazetteer, extent: NameExtent) -> None:
        self._known, self._extent = gazetteer, extent
        self._titles_and_words = frozenset(rules.titles_and_words)
        self._titles = frozenset(rules.titles) - self._titles_and_words
        self._families_after = frozenset(rules.families_after)
        self._place_before = frozenset(rules.place_before)
        self._not_before = frozenset(rules.not_before)
        self._followed_by = following(rules.followed_by)
        self._before = following([*rules.before, *rules.followed_by])
        self._before_singly = following(rules.before_singly)
        self._before_any = following(rules.before_any)
        self._families = following(rules.families_before)
        self._families_surely = following(rules.families_surely_before)
        self._family = following(rules.family_before)

    def spans(self, words: Words) -> Iterator[Span]:
        """Where the names begin and end."""
        for index in range(len(words)):
            if self._is_title(words, index):
                yield from self._after_title(words, index)
            elif self._is_inverted(words, index):
                yield words[index].begin, words[index + 1].end
            elif self._is_initial(words, index):
                length = self._extent.length(words, index)
                if length > 1:
                    yield words.span(index, length)
            elif self._stands_as_a_name(words, index):
                length = self._extent.length(words, index)
                if length:
                    yield words.span(index, length)
                    yield from self._extent.joined(words, index + length, after_cue=False)

    def _is_title(self, words: Words, index: int) -> bool:
        word, next_word = words[index], words.next(index)
        if next_word is None or not re.fullmatch(r"\.?[ \t-]*(?:\d+ )?", words.gap(index + 1)):
            return False
        return word.plain in self._titles or (
            word.plain in self._titles_and_words and word.capital and next_word.capital
        )

    def _after_title(self, words: Words, index: int) -> Iterator[Span]:
        """The name after one title or several: "Rev. Dr Bell", "Mr and Mrs Bell"."""
        title, start = words[index], index + 1
        while start + 1 < len(words) and (
            words[start].plain in self._titles
            or (self._extent.joins(words[start]) and words[start + 1].plain in self._titles)
        ):
            start += 1
        name = words[start]
        is_surely = title.plain in self._titles
        if self._known.is_never(name.plain) and not (is_surely and name.capital and self._known.is_surname(name.plain)):
            return
        if not is_surely and self._extent.is_of_a_place(name) and start + 1 < len(words):
            return
        if title.capital and not name.capital and self._known.is_everyday(name.plain):
            return
        length = self._extent.length(words, start)
        if length:
            yield words.span(start, length)

    def _is_inverted(self, words: Words, index: int) -> bool:
        """Whether a surname and a first name begin here: "Bell, Janet"."""
        word, next_word = words[index], words.next(index)
        return (
            next_word is not None
            and word.capital
            and word.opens
            and words.gap(index + 1) == ", "
            and next_word.capital
            and self._known.is_first(next_word.plain)
            and not self._known.is_first(word.plain)
            and not self._known.is_never(word.plain)
            and self._known.is_surname(word.plain)
        )

    def _is_initial(self, words: Words, index: int) -> bool:
        """Whether an initial and a surname begin here: "J. Bell"."""
        word, next_word = words[index], words.next(index)
        return (
            next_word is not None
            and word.capital
            and word.is_initial
            and not self._known.is_never(word.plain)
            and not self._extent.is_of_a_place(next_word)
            and self._may_be_surname(next_word)
        )

    def _may_be_surname(self, word: Word) -> bool:
        return word.capital and (self._known.is_surname(word.plain) or self._known.is_unknown(word.plain))

    def _stands_as_a_name(self, words: Words, index: int) -> bool:
        word, after = words[index], words.after(index)
        previous = "" if word.opens else words[index - 1].plain
        if self._before_any.match(after) and not self._known.is_function_word(word.stem):
            return True
        if previous in self._families_after and self._is_family(word, after):
            return True
        is_after_place = previous in self._place_before
        if previous in self._not_before or (is_after_place and self._known.is_first_and_place(word.stem)):
            return False
        if self._known.is_first(word.stem):
            return not self._is_among_places(words, word) or bool(self._before.match(after))
        if self._known.is_first_and_word(word.stem):
            return self._is_used_as_a_name(words, index)
        if not word.capital or self._known.is_never(word.plain) or not self._known.is_unknown(word.stem):
            return False
        if not is_after_place and self._is_alone(words, index):
            return True
        return bool(self._before.match(after)) or self._leads_to_a_name(words, index)

    def _is_used_as_a_name(self, words: Words, index: int) -> bool:
        """Whether a first name that is an everyday word too is meant as a name."""
        word, after = words[index], words.after(index)
        if not word.capital:
            return bool(self._before_singly.match(after)) or (word.opens and bool(self._followed_by.match(after)))
        if self._known.is_never(word.stem):
            return bool(self._before_singly.match(after)) or self._leads_to_a_name(words, index)
        if not word.opens or self._before.match(after) or self._leads_to_a_name(words, index):
            return True
        next_word = words.next(index)
        return next_word is not None and words.gap(index + 1) == " " and self._may_be_surname(next_word)

    def _is_alone(self, words: Words, index: int) -> bool:
        """Whether a word with a capital letter stands among small ones inside a sentence."""
        word, next_word = words[index], words.next(index)
        if word.opens or not word.plain.isascii() or words[index - 1].capital:
            return False
        return next_word is None or not next_word.capital

    def _is_among_places(self, words: Words, word: Word) -> bool:
        """Whether a first name that may be a place's stands beside another, or opens a sentence."""
        if not word.capital or not self._known.is_first_and_place(word.stem):
            return False
        return word.opens or any(
            other.capital and self._known.is_first_and_place(other.plain) for other in words if other is not word
        )

    def _leads_to_a_name(self, words: Words, index: int) -> bool:
        """Whether commas and an "and" lead to a name that is nothing else: "May and Ivy", not "April and May"."""
        for at in range(index + 1, min(index + 2 * LONGEST, len(words))):
            word, gap = words[at], words.gap(at)
            if self._extent.joins(word) and gap == " ":
                continue
            if not word.capital or not (self._extent.joins(words[at - 1]) or gap in (", ", " & ")):
                return False
            if self._extent.is_name(word) and not self._known.is_never(word.plain):
                return True
        return False

    def _is_family(self, word: Word, after: str) -> bool:
        """A family by its surname: "the Kowalskis at number 22", "the Singh family"."""
        if self._family.match(after):
            return self._may_be_surname(word)
        surname = word.plain.removesuffix("s")
        if not word.capital or surname == word.plain or self._known.is_never(word.plain):
            return False
        is_surname = self._known.is_surname(surname)
        if is_surname and self._families_surely.match(after):
            return True
        may_be = not self._known.is_everyday(surname) and (is_surname or self._known.is_unknown(word.plain))
        return may_be and bool(self._families.match(after))
