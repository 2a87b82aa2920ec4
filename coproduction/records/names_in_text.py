"""Names of people in text, found by the lists of names and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum

from coproduction.records.gazetteer import Gazetteer
from coproduction.records.name_extent import NameExtent, Span
from coproduction.records.name_rules import NameRules
from coproduction.records.names_by_themselves import NamesByThemselves
from coproduction.records.signatures_in_text import SignaturesInText
from coproduction.records.words_in_text import Word, Words, cue

KIND = "[name]"


class Certainty(IntEnum):
    """How surely a name follows a cue: "it's", "my neighbour", "my name is"."""

    POSSIBLE = 0
    LIKELY = 1
    CERTAIN = 2


class NamesInText:
    """Replaces names after a cue, in a signature, and those that are found without.

    `not_people` are firms, charities and others that are called like a person.
    """

    def __init__(self, rules: NameRules, gazetteer: Gazetteer, not_people: Sequence[str] = ()) -> None:
        self._known = gazetteer
        self._not_people = cue(map(re.escape, not_people))
        self._cues = {
            Certainty.CERTAIN: cue(rules.certain),
            Certainty.LIKELY: cue(rules.likely),
            Certainty.POSSIBLE: cue(rules.possible),
        }
        self._titles = frozenset([*rules.titles, *rules.titles_and_words])
        self._extent = NameExtent(rules, gazetteer)
        self._alone = NamesByThemselves(rules, gazetteer, self._extent)
        self._signatures = SignaturesInText(rules, gazetteer, self._extent)

    def replaced(self, text: str) -> str:
        """The text with these names replaced."""
        words = Words(text, self._known.is_function_word)
        if not words:
            return text
        others = [match.span() for match in self._not_people.finditer(text)]
        spans = {*self._after_cues(words), *self._signatures.spans(words), *self._alone.spans(words)}
        spans |= set(self._again(words, spans))
        pieces, end = [], 0
        for begin, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
            if begin >= end and not any(start < stop and begin < last for start, last in others):
                pieces += [text[end:begin], KIND]
                end = stop
        return "".join([*pieces, text[end:]])

    def _after_cues(self, words: Words) -> Iterator[Span]:
        """The names that begin right after a cue; "and" and commas may join several."""
        for certainty, cues in self._cues.items():
            for found in cues.finditer(words.text):
                index = words.at(found.end(), " ,:-(\"'“‘")
                while index is not None and index < len(words) and words[index].plain in self._titles:
                    index += 1
                if index is None or index == len(words) or not self._may_begin(words[index], certainty):
                    continue
                is_certain = certainty is Certainty.CERTAIN
                length = self._extent.length(words, index, after_cue=bool(certainty), is_certain=is_certain)
                if length:
                    yield words.span(index, length)
                    yield from self._extent.joined(words, index + length, after_cue=True)

    def _again(self, words: Words, spans: set[Span]) -> Iterator[Span]:
        """The same names where nothing else tells them: written the same, and no small everyday words."""
        found = set()
        for begin, end in spans:
            index = words.at(begin, "")
            while index is not None and index < len(words) and words[index].begin < end:
                word = words[index]
                is_sure = word.capital or not self._known.is_everyday(word.plain)
                if is_sure and not self._known.is_never(word.stem):
                    found.add(words.text[word.begin : word.end])
                index += 1
        for name in {words.text[begin:end] for begin, end in spans if " " in words.text[begin:end]}:
            yield from (match.span() for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", words.text))
        for index, word in enumerate(words):
            if (
                word.plain[1:]
                and words.text[word.begin : word.end] in found
                and not self._extent.is_a_place(words, index)
            ):
                yield words.span(index)

    def _may_begin(self, word: Word, certainty: Certainty) -> bool:
        """Whether a name begins with a word after a cue."""
        is_both = self._known.is_first_and_word(word.stem)
        if self._known.is_first(word.stem) or (is_both and certainty and word.capital):
            return True
        if self._known.is_never(word.stem) or self._known.is_never(word.plain):
            return False
        if is_both and (word.capital or certainty):
            return True
        if certainty is Certainty.CERTAIN:
            return word.capital or not self._known.is_function_word(word.stem)
        if self._extent.is_of_a_place(word):
            return False
        if not word.capital:
            return certainty is Certainty.LIKELY and self._known.is_unknown(word.stem)
        return (
            certainty is Certainty.LIKELY or not self._known.is_everyday(word.stem) or self._known.is_surname(word.stem)
        )
