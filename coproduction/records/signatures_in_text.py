"""Names with which people end what they write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coproduction.records.gazetteer import Gazetteer
from coproduction.records.name_extent import LONGEST, NameExtent, Span
from coproduction.records.name_rules import NameRules
from coproduction.records.words_in_text import Word, Words, cue

LONGEST_LAST = 2
"""Words of a name that stands alone at the end of a text."""

_PRONOUNS = re.compile(r"[(/\[]?\w+/\w+(?:/\w+)?[)\]]?\s*$")
_KISSES = re.compile(r"\bx+\b", re.IGNORECASE)


class SignaturesInText:
    """Finds a name after a closing ("Thanks, Jane"), in the last line, or as the last sentence."""

    def __init__(self, rules: NameRules, gazetteer: Gazetteer, extent: NameExtent) -> None:
        self._known, self._extent = gazetteer, extent
        self._closing = cue(rules.closings)
        self._skipped = frozenset(rules.titles)
        self._families_after = frozenset(rules.families_after)

    def spans(self, words: Words) -> Iterator[Span]:
        """Where the names begin and end."""
        for closing in self._closing.finditer(words.text):
            yield from self._after_closing(words, closing.end())
        yield from self._last_line(words)
        yield from self._last_sentence(words)

    def _after_closing(self, words: Words, at: int) -> Iterator[Span]:
        index = words.at(at, "\n\r ,.!-–—:;xX*~")
        if index is None:
            return
        while index + 1 < len(words) and words[index].plain in self._skipped:
            index += 1
        if words[index].plain in self._families_after and len(words) == index + 2:
            index += 1
        pronouns = _PRONOUNS.search(words.text, at)
        until = pronouns.start() if pronouns else len(words.text)
        rest = [word for word in words[index:] if word.begin < until]
        if not rest or len(rest) > LONGEST:
            return
        if any(map(str.isalnum, _KISSES.sub("", words.text[rest[-1].end : until]))):
            return
        is_apart = "\n" in words.text[at : rest[0].begin] or (
            len(rest) == 1 and words.text[at : at + 1] in tuple(",-–—")
        )
        if self._is_signature(rest, is_apart=is_apart):
            yield rest[0].begin, rest[-1].end

    def _is_signature(self, rest: Sequence[Word], *, is_apart: bool) -> bool:
        """Whether these words are a name; `is_apart`: on a line of their own, or one word after a comma."""
        first = rest[0]
        is_both = len(rest) == 1 and self._known.is_first_and_word(first.plain)
        is_name = self._extent.is_name(first) or is_both
        if not is_name:
            if any(self._known.is_never(word.plain) for word in rest):
                return False
            is_unknown = all(word.is_initial or self._known.is_unknown(word.plain) for word in rest)
            if not first.capital and not is_unknown and (not is_apart or self._known.is_everyday(first.plain)):
                return False
        return is_apart or all(
            word.capital or self._extent.is_particle(word) or self._extent.is_name(word) or self._may_be_small(word)
            for word in rest
        )

    def _may_be_small(self, word: Word) -> bool:
        return not (self._known.is_never(word.plain) or self._known.is_function_word(word.plain))

    def _last_line(self, words: Words) -> Iterator[Span]:
        """A last line that is nothing but a few words with capital letters."""
        index = words.at(words.text.rstrip().rfind("\n") + 1, " -–—~")
        if "\n" in words.text.strip() and index is not None and len(words) - index <= LONGEST:
            rest = words[index:]
            if all(word.capital and not self._known.is_never(word.plain) for word in rest):
                yield rest[0].begin, rest[-1].end

    def _last_sentence(self, words: Words) -> Iterator[Span]:
        """A last sentence of a word or two that are no words of the language."""
        opening = next((index for index in range(len(words) - 1, 0, -1) if words[index].opens), 0)
        rest = words[opening:]
        if not opening or len(rest) > LONGEST_LAST or not all(word.capital for word in rest):
            return
        first = rest[0].plain
        if first[0].isascii() and self._known.is_unknown(first) and not self._extent.is_of_a_place(rest[-1]):
            yield rest[0].begin, rest[-1].end
