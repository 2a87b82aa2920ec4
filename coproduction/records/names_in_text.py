"""Names of people in text, found by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

KIND = "[name]"
LONGEST = 4
"""Words of a name, with initials and particles."""

NOT_PEOPLE = frozenset(("st", "saint", "san", "santa", "sankt", "svaty"))
"""Words before a first name that make it a church, a school or a town."""

LONGEST_SMALL = 2
"""Words of a name that is written in small letters throughout."""

_WORD = re.compile(r"[^\W\d_](?:[\w]|['’.-](?=[^\W\d_]))*\.?")
_BETWEEN_NAMES = re.compile(r"[ \t]+")


class NameRules(msgspec.Struct, frozen=True):
    """How names are introduced in a language; redaction_en.yml says what each list is for.

    Cues are regular expressions; lists of words are small letters separated by spaces.
    """

    certain: list[str] = []
    likely: list[str] = []
    followed_by: list[str] = []
    before: list[str] = []
    closings: list[str] = []
    titles: list[str] = []
    titles_and_words: list[str] = []
    particles: list[str] = []
    never: str = ""
    first: str = ""
    first_and_words: str = ""
    places: str = ""


class NamesInText:
    """Replaces names after a cue ("my name is", "I'm", "my neighbour"), a title or a closing, and full names."""

    def __init__(self, rules: NameRules) -> None:
        self._titles = frozenset(rules.titles) - frozenset(rules.titles_and_words)
        self._titles_and_words = frozenset(rules.titles_and_words)
        self._particles = frozenset(rules.particles)
        self._never = frozenset(rules.never.split())
        self._first_and_words = frozenset(rules.first_and_words.split())
        self._first = frozenset(rules.first.split()) - self._first_and_words
        self._places = frozenset(rules.places.split())
        self._followed_by = frozenset(rules.followed_by)
        self._certain = _cue(rules.certain)
        self._likely = _cue(rules.likely)
        self._closing = _cue(rules.closings)
        self._before = re.compile(rf"(?:{'|'.join(rules.before)})" if rules.before else r"(?!)", re.IGNORECASE)

    def replaced(self, text: str) -> str:
        """The text with these names replaced."""
        words = [word for word in _WORD.finditer(text) if text[word.start() - 1 : word.start()] != "["]  # no marks
        if not words:
            return text
        letters = [character for character in text if character.isalpha()]
        has_case = sum(map(str.isupper, letters)) < len(letters) / 2
        spans = sorted(set(self._spans(text, words, has_case)))
        pieces, end = [], 0
        for begin, stop in spans:
            if begin < end:
                continue
            pieces += [text[end:begin], KIND]
            end = stop
        return "".join([*pieces, text[end:]])

    def _spans(self, text: str, words: Sequence[re.Match[str]], has_case: bool) -> Iterator[tuple[int, int]]:
        begins = {word.start(): index for index, word in enumerate(words)}
        for cue in self._certain.finditer(text):
            yield from self._after(text, words, begins, cue.end(), certain=True, has_case=has_case)
        for cue in self._likely.finditer(text):
            yield from self._after(text, words, begins, cue.end(), certain=False, has_case=has_case)
        for cue in self._closing.finditer(text):
            yield from self._at_the_end(text, words, begins, cue.end(), has_case)
        yield from self._last_line(text, words, begins, has_case)
        for index, word in enumerate(words):
            yield from self._in_itself(text, words, index, _plain(word), has_case)

    def _after(
        self,
        text: str,
        words: Sequence[re.Match[str]],
        begins: dict[int, int],
        at: int,
        *,
        certain: bool,
        has_case: bool,
    ) -> Iterator[tuple[int, int]]:
        """The name that begins right after a cue; "and" and commas may join several."""
        index = begins.get(_skip(text, at))
        if index is None:
            return
        while index < len(words) and _plain(words[index]) in self._titles | self._titles_and_words:
            index += 1
        if index == len(words):
            return
        length = self._length(text, words, index, certain=certain, has_case=has_case)
        if length:
            yield words[index].start(), _end(words[index + length - 1])
            yield from self._joined(text, words, index + length, has_case)

    def _joined(
        self, text: str, words: Sequence[re.Match[str]], index: int, has_case: bool
    ) -> Iterator[tuple[int, int]]:
        """A further name after "and", "&" or a comma: "my neighbours Tom and Jane"."""
        if index < len(words) and re.fullmatch(r",? ", text[_end(words[index - 1]) : words[index].start()]):
            start = index + 1 if _plain(words[index]) in ("and", "und", "et", "og", "a") else index
            written = start > index and start < len(words) and has_case and words[start][0][0].isupper()
            if start < len(words) and (written or self._is_known_first(words[start], has_case)):
                length = self._length(text, words, start, certain=False, has_case=has_case)
                if length:
                    yield words[start].start(), _end(words[start + length - 1])

    def _length(self, text: str, words: Sequence[re.Match[str]], index: int, *, certain: bool, has_case: bool) -> int:
        """Of how many words the name is that begins at `index`; 0 where none does."""
        first = words[index]
        known = _plain(first) in self._first
        capital = has_case and first[0][0].isupper()
        if not known and (self._is_never(first) or not (certain or capital)):
            is_also_a_word = _plain(first) in self._first_and_words and capital
            if not is_also_a_word:
                return 0
        if self._is_a_place(text, words, index):
            return 0
        length, limit = 1, LONGEST
        while length < limit and index + length < len(words):
            word = words[index + length]
            gap = text[_end(words[index + length - 1]) : word.start()]
            if not _BETWEEN_NAMES.fullmatch(gap) and not (gap == "" and word.start()):
                break
            if not self._continues(word, first, length, certain=certain, known=known, has_case=has_case):
                break
            if self._is_a_place(text, words, index + length):
                break
            length += 1
        while length > 1 and _plain(words[index + length - 1]) in self._particles - {"o"}:
            length -= 1
        return length

    def _continues(
        self,
        word: re.Match[str],
        first: re.Match[str],
        length: int,
        *,
        certain: bool,
        known: bool,
        has_case: bool,
    ) -> bool:
        plain = _plain(word)
        if plain in self._particles and plain not in ("a", "la", "le"):
            return True
        if has_case and word[0][0].isupper() and word[0] != "I":
            return not self._is_never(word) or plain in self._first
        small = not has_case or not first[0][0].isupper()
        if not small or length >= LONGEST_SMALL or plain in self._never:
            return False
        return certain or (known and plain in self._first)

    def _is_a_place(self, text: str, words: Sequence[re.Match[str]], index: int) -> bool:
        """Whether the word after this one makes it a place: "Victoria Park"."""
        if index + 1 >= len(words) or not words[index][0][0].isupper():
            return False
        following = words[index + 1]
        near = _BETWEEN_NAMES.fullmatch(text[_end(words[index]) : following.start()])
        return bool(near) and _plain(following) in self._places and following[0][0].isupper()

    def _at_the_end(
        self, text: str, words: Sequence[re.Match[str]], begins: dict[int, int], at: int, has_case: bool
    ) -> Iterator[tuple[int, int]]:
        """A name after a closing, where nothing but marks follows it."""
        index = begins.get(_skip(text, at, "\n\r ,.!-–—:;xX*~"))
        if index is None:
            return
        rest = words[index:]
        written = has_case and rest[0][0][0].isupper()
        new_line = "\n" in text[at : rest[0].start()] or (len(rest) == 1 and text[at : at + 1] in tuple(",-–—"))
        acceptable = [
            _plain(word) not in self._never and (_plain(word) in self._first or written or new_line) for word in rest
        ]
        is_short = len(rest) <= LONGEST and not text[_end(rest[-1]) :].strip(" .!xX)*-")
        if is_short and (acceptable[0] or (written and _plain(rest[0]) in self._first_and_words)):
            yield rest[0].start(), _end(rest[-1])

    def _last_line(
        self, text: str, words: Sequence[re.Match[str]], begins: dict[int, int], has_case: bool
    ) -> Iterator[tuple[int, int]]:
        """A last line that is nothing but a few words with capital letters: who signed."""
        index = begins.get(_skip(text, text.rstrip().rfind("\n") + 1, " -–—"))
        if "\n" not in text.strip() or index is None or len(words) - index > LONGEST or not has_case:
            return
        rest = words[index:]
        if all(word[0][0].isupper() and not self._is_never(word) for word in rest):
            yield rest[0].start(), _end(rest[-1])

    def _in_itself(
        self, text: str, words: Sequence[re.Match[str]], index: int, plain: str, has_case: bool
    ) -> Iterator[tuple[int, int]]:
        """A name after a title, before "here", or a known first name with a surname."""
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else None
        if has_case and word[0][0].isupper() and self._is_known_first(word, has_case):
            length = self._length(text, words, index, certain=False, has_case=True)
            before = _plain(words[index - 1]) if index else ""
            if (length > 1 or plain in self._first) and length and before not in NOT_PEOPLE:
                yield word.start(), _end(words[index + length - 1])
                return
        if has_case and word[0][0].isupper() and not self._is_never(word):
            follows = text[_end(word) :]
            if self._before.match(follows.lstrip(" ")) and plain not in self._titles and follows[:1] in (" ", ","):
                yield word.start(), _end(word)
        if following is None:
            return
        near = re.fullmatch(r"[ \t]*", text[word.end() : following.start()])
        if not near:
            return
        if self._is_title(word, plain, following, has_case):
            length = self._length(text, words, index + 1, certain=plain in self._titles, has_case=has_case)
            if length:
                yield following.start(), _end(words[index + length])
        elif _plain(following) in self._followed_by and self._is_known_first(word, has_case):
            yield word.start(), _end(word)

    def _is_title(self, word: re.Match[str], plain: str, following: re.Match[str], has_case: bool) -> bool:
        if plain in self._titles:
            return True
        return plain in self._titles_and_words and has_case and word[0][0].isupper() and following[0][0].isupper()

    def _is_never(self, word: re.Match[str]) -> bool:
        """Whether a word is no name, itself or before its apostrophe ("I'm", "April's")."""
        return not self._never.isdisjoint((_plain(word), _plain(word).split("'")[0]))

    def _is_known_first(self, word: re.Match[str], has_case: bool) -> bool:
        plain = _plain(word)
        capital = has_case and word[0][0].isupper()
        return plain in self._first or (capital and plain in self._first_and_words)


def _cue(patterns: Sequence[str]) -> re.Pattern[str]:
    either = "|".join(patterns).replace("'", "['’]")
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if patterns else r"(?!)", re.IGNORECASE)


def _plain(word: re.Match[str]) -> str:
    return word[0].rstrip(".").lower().replace("’", "'")


def _end(word: re.Match[str]) -> int:
    """Where a word ends; the full stop after an initial or a short form belongs to it, after a name it does not."""
    return word.end() if len(word[0]) <= 2 else word.end() - word[0].endswith(".")


def _skip(text: str, at: int, marks: str = " ,:-\"'“‘") -> int:
    while at < len(text) and text[at] in marks:
        at += 1
    return at
