"""A text's words, and whether each is written like a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from coproduction.records.gazetteer import folded

LONGEST_SHORT_FORM = 5
"""Letters of an abbreviation that is written in capitals."""

RAISED = 0.6
"""Share of words with a capital letter beyond which a text may be one Where Each Word Has One."""

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?|[^\W\d_](?:\w|['’-](?=[^\W\d_]))*\.?")
_SENTENCE_ENDS = re.compile(r"[.!?:\n]")
_NO_WORD_ON = r"(?:(?<!\w)|(?!\w))"


@dataclass(frozen=True)
class Word:
    """A word of a text. `plain` is without accents and capitals, `stem` also without what follows an apostrophe.

    `capital`: written like a name, in a text where that means something. `opens`: first of a sentence.
    """

    begin: int
    end: int
    plain: str
    capital: bool
    opens: bool

    @property
    def stem(self) -> str:
        """The word without the possessive: "April's"."""
        return self.plain.removesuffix("'s")

    @property
    def is_initial(self) -> bool:
        """Whether it is one letter, or several with full stops: "J.", "S.W."."""
        return len(self.plain) == 1 or (self.plain[1] == "." and len(self.plain) <= LONGEST_SHORT_FORM)


class Words(Sequence[Word]):
    """The words of a text, without the marks that other steps have left in it."""

    def __init__(self, text: str, is_function_word: Callable[[str], bool]) -> None:
        self.text = text
        found = [word for word in _WORD.finditer(text) if text[word.start() - 1 : word.start()] != "["]
        has_case = _has_case([word[0] for word in found], is_function_word)
        self._words: list[Word] = []
        for match in found:
            before = text[self._words[-1].end if self._words else 0 : match.start()]
            opens = not self._words or bool(_SENTENCE_ENDS.search(before))
            capital = (has_case and _is_raised(match[0])) or match[0][0].lower() == match[0][0].upper()
            self._words.append(Word(match.start(), _end(match), folded(match[0].rstrip(".")), capital, opens))
        self._by_begin = {word.begin: index for index, word in enumerate(self._words)}

    def __len__(self) -> int:
        return len(self._words)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]  # a word, or a list of them for a slice
        return self._words[index]

    def at(self, begin: int, skipping: str) -> int | None:
        """The index of the word that begins there, after some marks; None where none does."""
        while begin < len(self.text) and self.text[begin] in skipping:
            begin += 1
        return self._by_begin.get(begin)

    def next(self, index: int) -> Word | None:
        """The word after one; None after the last."""
        return self._words[index + 1] if index + 1 < len(self) else None

    def gap(self, index: int) -> str:
        """What stands between a word and the one before it."""
        return self.text[self._words[index - 1].end if index else 0 : self._words[index].begin]

    def followed(self, index: int, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern matches right after a word."""
        return bool(pattern.match(self.text, self._words[index].end))

    def span(self, first: int, length: int = 1) -> tuple[int, int]:
        """Where some words begin and end; a possessive at the end stays outside."""
        end = self._words[first + length - 1].end
        return self._words[first].begin, end - 2 if self.text[end - 2 : end] in ("'s", "’s") else end


def cue(patterns: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of these, from a word's beginning to a word's end."""
    either = "|".join(patterns).replace("'", "['’]")
    return re.compile(rf"(?<!\w)(?:{either}){_NO_WORD_ON}" if either else r"(?!)", re.IGNORECASE)


def following(patterns: Iterable[str]) -> re.Pattern[str]:
    """A pattern that matches where any of these follows a word."""
    either = "|".join(patterns).replace("'", "['’]")
    return re.compile(rf"(?:['’]s)?,? *(?:{either}){_NO_WORD_ON}" if either else r"(?!)", re.IGNORECASE)


def _has_case(words: Sequence[str], is_function_word: Callable[[str], bool]) -> bool:
    """Whether a capital letter says anything: not in a text of capitals, nor Where Each Word Has One."""
    longer = [word for word in words if len(word.replace(".", "")) > 2]
    if sum(map(str.isupper, longer)) > len(longer) / 2:
        return len(words) == 1
    raised = sum(word[0].isupper() for word in words)
    return raised <= RAISED * len(words) or not any(
        word[0].isupper() and word != "I" and is_function_word(folded(word)) for word in words[1:]
    )


def _is_raised(word: str) -> bool:
    """Whether a word has a capital letter as names have it, and is no abbreviation."""
    letters = word[:-1] if word.endswith("s") and len(word) > 2 else word
    is_short_form = "." not in word[:-1] and 1 < len(letters) <= LONGEST_SHORT_FORM and letters.isupper()
    return word[0].isupper() and word != "I" and not (is_short_form and word[-1].isalpha())


def _end(match: re.Match[str]) -> int:
    """Where a word ends; the full stop after an initial or a short form belongs to it, after a name it does not."""
    is_short = len(match[0]) <= 2 or "." in match[0][:-1]
    return match.end() if is_short else match.end() - match[0].endswith(".")
