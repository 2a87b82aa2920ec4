"""Names that are found without a cue: after a title, by the lists of names, and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coproduction.records.gazetteer import Gazetteer, folded
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
        self._before_small = following(rules.before_small)
        self._before_opening = following(rules.before_opening)
        self._begins = tuple(rules.begins)
        self._masses = frozenset(rules.masses.split())
        self._clauses_after = frozenset(rules.clauses_after)
        self._families = following(rules.families_before)
        self._families_surely = following(rules.families_surely_before)
        self._family = following(rules.family_before)

    def spans(self, words: Words) -> Iterator[Span]:
        """Where the names begin and end."""
        end = 0
        for index in range(len(words)):
            if words[index].begin < end:
                continue
            for begin, end in self._at(words, index):
                yield begin, end

    def _at(self, words: Words, index: int) -> Iterator[Span]:
        """The name that begins with a word, and those that are joined to it."""
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
                begin = self._extent.begin(words, index)
                yield words.span(begin, index - begin + length)
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
        is_small = words.text[title.begin].isupper() and not words.text[name.begin].isupper()
        if is_small and self._known.is_everyday(name.plain):
            return
        length = self._extent.length(words, start, after_cue=is_surely)
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
            and self._may_be_surname(word)
        )

    def _is_initial(self, words: Words, index: int) -> bool:
        """Whether an initial and a surname begin here: "J. Bell"."""
        word, next_word = words[index], words.next(index)
        return (
            next_word is not None
            and word.capital
            and word.is_initial
            and (words.text[word.end - 1] == "." or not self._known.is_never(word.plain))
            and not self._extent.is_of_a_place(next_word)
            and (self._may_be_surname(next_word) or self._is_initial(words, index + 1))
        )

    def _may_be_surname(self, word: Word) -> bool:
        return word.capital and (self._known.is_surname(word.plain) or self._known.is_unknown(word.plain))

    def _stands_as_a_name(self, words: Words, index: int) -> bool:
        word = words[index]
        previous = "" if word.opens else words[index - 1].plain
        if words.followed(index, self._before_any) and not self._known.is_function_word(word.stem):
            return True
        if previous in self._families_after and self._is_family(words, index):
            return True
        is_after_place = previous in self._place_before
        if word.capital and self._is_double(words.text[word.begin : word.end]):
            return True
        if previous in self._not_before or (is_after_place and self._known.is_first_and_place(word.stem)):
            return False
        if self._known.is_first(word.stem):
            is_owner = word.plain != word.stem
            return is_owner or not self._is_among_places(words, word) or words.followed(index, self._before)
        if self._known.is_first_and_word(word.stem):
            return self._is_used_as_a_name(words, index)
        if not word.capital or word.plain in self._titles:
            return False
        if self._known.is_never(word.plain) or self._known.is_never(word.stem):
            return False
        written = words.text[word.begin : word.end]
        if not written.replace("’", "'").isascii() and self._known.is_unknown(word.stem):
            return True
        if word.plain.startswith(self._begins) and not self._known.is_everyday(word.stem):
            return True
        if not self._known.is_unknown(word.stem):
            return not word.opens and self._known.is_surname(word.stem) and words.followed(index, self._before_small)
        is_owner = word.opens and word.plain != word.stem
        if is_owner or (not is_after_place and (self._is_alone(words, index) or self._is_full(words, index))):
            return True
        return words.followed(index, self._before) or self._leads_to_a_name(words, index)

    def _is_full(self, words: Words, index: int) -> bool:
        """Whether a surname, too, follows a word that is none of the language: "Xiaoling Zhou"."""
        next_word = words.next(index)
        if next_word is None or words.gap(index + 1) != " " or not self._may_be_surname(next_word):
            return False
        return not (self._known.is_never(next_word.plain) or self._extent.is_of_a_place(next_word))

    def _is_double(self, written: str) -> bool:
        """Whether two names are joined: "Llewelyn-Smith"."""
        parts = written.split("-")
        return len(parts) > 1 and all(
            len(part) > 2 and part.istitle() and self._is_part(folded(part)) for part in parts
        )

    def _is_part(self, plain: str) -> bool:
        """Whether a word may be half of a surname, also in the plural."""
        if self._known.is_never(plain):
            return False
        is_surname = self._known.is_surname(plain) or self._known.is_surname(plain.removesuffix("s"))
        return is_surname or self._known.is_unknown(plain) or self._known.is_first(plain)

    def _is_used_as_a_name(self, words: Words, index: int) -> bool:
        """Whether a first name that is an everyday word too is meant as a name."""
        word = words[index]
        if words.followed(index, self._before_singly):
            return True
        if not word.capital:
            if self._known.is_function_word(word.stem):
                return False
            if word.opens or words[index - 1].plain in self._clauses_after:
                return bool(words.followed(index, self._followed_by) or words.followed(index, self._before_small))
            return False
        if self._leads_to_a_name(words, index):
            return True
        if self._known.is_never(word.stem):
            is_a_slip = not word.opens and self._known.is_function_word(word.stem)
            return is_a_slip or self._has_a_surname(words, index) or words.followed(index, self._before_small)
        if not word.opens or words.followed(index, self._before) or self._has_a_surname(words, index):
            return True
        if word.stem in self._masses:
            return False
        return word.plain != word.stem or words.followed(index, self._before_opening)

    def _has_a_surname(self, words: Words, index: int) -> bool:
        """Whether a word with a capital letter follows that is no place's: "Bill Hedges"."""
        next_word = words.next(index)
        if next_word is None or words.gap(index + 1) != " " or not next_word.capital:
            return False
        return not (self._extent.is_a_place(words, index) or self._known.is_never(next_word.plain))

    def _is_alone(self, words: Words, index: int) -> bool:
        """Whether a word with a capital letter stands among small ones inside a sentence."""
        word, next_word = words[index], words.next(index)
        if word.opens or not word.plain.isascii():
            return False
        before = words[index - 1]
        if before.capital and words.gap(index) == " " and not (before.opens and self._is_plain(before)):
            return False
        if self._is_listed_with_others(words, index):
            return False
        return next_word is None or not next_word.capital or words.gap(index + 1) != " "

    def _is_plain(self, word: Word) -> bool:
        """Whether a word has its capital letter only because it opens a sentence: "Yes"."""
        return self._known.is_function_word(word.plain) or self._known.is_everyday(word.plain)

    def _is_listed_with_others(self, words: Words, index: int) -> bool:
        """Whether what commas and an "and" join to a word are no people: "Christmas and Vaisakhi"."""
        at = index - 1
        if self._extent.joins(words[at]) and words.gap(index) == " ":
            at -= 1
        elif words.gap(index) != ", ":
            return False
        other = words[at] if at >= 0 else None
        return (
            other is not None
            and other.capital
            and not other.opens
            and not (self._extent.is_name(other) or self._may_be_surname(other))
        )

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

    def _is_family(self, words: Words, index: int) -> bool:
        """A family by its surname: "the Kowalskis at number 22", "the Singh family"."""
        word = words[index]
        if words.followed(index, self._family):
            return self._may_be_surname(word)
        surname = word.plain.removesuffix("s")
        if not word.capital or surname == word.plain or self._known.is_never(word.plain):
            return False
        is_surname = self._known.is_surname(surname)
        is_plural_only = not word.opens and not self._known.is_everyday(word.plain)
        if is_surname and (is_plural_only or words.followed(index, self._families_surely)):
            return True
        may_be = not self._known.is_everyday(surname) and (is_surname or self._known.is_unknown(word.plain))
        return may_be and words.followed(index, self._families)
