"""Topics: what a citizen can care about, and how the words people type are coded into them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

OTHER = "other"
"""The code of a text that names something, but no topic of the vocabulary. `Topics.find` never returns it."""

_NAME = re.compile(r"[a-z][a-z_]*")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.,;:!?()\n]")
_SHORTEST_CORRECTED, _LONGEST_CORRECTED = 6, 24
_SUBSTITUTION_FROM, _TWO_MISTAKES_FROM = 8, 12
_CANDIDATES = 5
_LOOK_BACK = 6

Phrase = tuple[str, ...]


class TopicsError(ValueError):
    """The topics file contradicts itself; the message says where."""


class Topic(msgspec.Struct, frozen=True):
    """One topic: its code in the record, words for people, its main sector, and what people call it."""

    name: str
    label: str
    sector: Literal[1, 2, 3]
    words: dict[str, list[str]]


class _File(msgspec.Struct):
    topics: list[Topic]
    lookalikes: dict[str, list[str]]
    exclusions: dict[str, list[str]]
    inclusions: dict[str, list[str]]
    fillers: dict[str, list[str]]
    joins: dict[str, list[str]]


class Topics:
    """The topic vocabulary. Raises `TopicsError` where a name is malformed, reserved or used twice."""

    def __init__(self, content: _File) -> None:
        self._content = content
        self._by_name = {topic.name: topic for topic in content.topics}
        self._check()
        self.names = list(self._by_name)
        languages = sorted({language for topic in content.topics for language in topic.words})
        self._vocabularies = {language: _Vocabulary(content, language) for language in languages}

    def _check(self) -> None:
        if len(self._by_name) != len(self._content.topics):
            raise TopicsError("two topics have the same name")
        for name in self._by_name:
            if name == OTHER or not _NAME.fullmatch(name):
                raise TopicsError(f"{name!r} cannot be a topic's name: use a-z and _, and not {OTHER!r}")

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def label(self, name: str) -> str:
        """The words for a topic's name; KeyError if there is none."""
        return "Something else" if name == OTHER else self._by_name[name].label

    def sector(self, name: str) -> int:
        """The topic's main sector (codes of the variable `sector`); KeyError if there is none."""
        return self._by_name[name].sector

    def find(self, text: str, language: str = "en") -> list[str]:
        """The names of the topics a text mentions, in order of first mention, each once.

        `language` is an IETF tag ("en", "en-GB"); one without words here finds nothing. Topics the text
        excludes ("anything but litter") are left out. Nothing of the text is kept.
        """
        vocabulary = self._vocabularies.get(language.split("-")[0].lower())
        if vocabulary is None:
            return []
        return list(dict.fromkeys(name for names in vocabulary.mentions(text) for name in names))


class _Vocabulary:
    """One language's phrases, prepared for looking up.

    Plain dictionaries instead of a spaCy matcher: a shared spaCy vocabulary would keep every word any
    citizen ever typed in memory.
    """

    def __init__(self, content: _File, language: str) -> None:
        self._phrases = _topics_by_phrase(content, language)
        self._joins = set(content.joins.get(language, []))
        self._fillers = set(content.fillers.get(language, []))
        exclusions, inclusions = content.exclusions.get(language, []), content.inclusions.get(language, [])
        self._scope = re.compile(f"(?:^| )(?:(?P<included>{_either(inclusions)})|(?P<excluded>{_either(exclusions)}))$")
        self._by_first_word: dict[str, list[Phrase]] = {}
        for phrase in self._phrases:
            self._by_first_word.setdefault(phrase[0], []).append(phrase)
        words = {word for phrase in self._phrases for word in phrase}
        self._known = words.union(*(_tokens(phrase) for phrase in (*exclusions, *inclusions)))
        self._by_initial: dict[str, list[str]] = {}
        lookalikes = {phrase[0] for phrase, names in self._phrases.items() if not names and len(phrase) == 1}
        for word in sorted(words - lookalikes):
            if len(word) >= _SHORTEST_CORRECTED:
                self._by_initial.setdefault(word[0], []).append(word)

    def mentions(self, text: str) -> Iterator[tuple[str, ...]]:
        """The topics of each phrase found that the text does not exclude, in the order of the text."""
        tokens = [self._corrected(token) for token in _tokens(text)]
        previous_end, excluded = 0, False
        for start, phrase in self._spans(tokens):
            excluded = self._is_excluded(tokens[previous_end:start], excluded)
            previous_end = start + len(phrase)
            if not excluded:
                yield self._phrases[phrase]

    def _spans(self, tokens: list[str]) -> list[tuple[int, Phrase]]:
        found = [
            (start, phrase)
            for start, token in enumerate(tokens)
            for phrase in self._by_first_word.get(token, ())
            if tuple(tokens[start : start + len(phrase)]) == phrase
        ]
        found.sort(key=lambda span: (-len(span[1]), span[0]))
        taken: set[int] = set()
        kept = []
        for start, phrase in found:
            positions = range(start, start + len(phrase))
            if taken.isdisjoint(positions):
                taken.update(positions)
                kept.append((start, phrase))
        return sorted(kept)

    def _is_excluded(self, before: list[str], previous_excluded: bool) -> bool:
        """Whether a phrase is excluded, from the tokens between it and the phrase before."""
        while before and before[-1] in self._fillers:
            before = before[:-1]
        if previous_excluded and len(before) == 1 and before[0] in self._joins:
            return True
        scope = self._scope.search(" ".join(before[-_LOOK_BACK:]))
        return scope is not None and scope.lastgroup == "excluded"

    def _corrected(self, word: str) -> str:
        """The word of the vocabulary that a longer unknown word is most likely a misspelling of."""
        if word in self._known or not _SHORTEST_CORRECTED <= len(word) <= _LONGEST_CORRECTED:
            return word
        mistakes = 2 if len(word) >= _TWO_MISTAKES_FROM else 1
        candidates = self._by_initial.get(word[0], ())
        close = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=mistakes, limit=_CANDIDATES)
        return next((candidate for candidate, _, _ in close if _may_be_typo(word, candidate)), word)


def _may_be_typo(word: str, meant: str) -> bool:
    """Whether a near miss counts: in short words one letter for another makes other words (letter and litter)."""
    return len(word) >= _SUBSTITUTION_FROM or len(word) != len(meant) or sorted(word) == sorted(meant)


def _topics_by_phrase(content: _File, language: str) -> dict[Phrase, tuple[str, ...]]:
    """Every form of every phrase → its topics; lookalikes → no topics."""
    plural = _PLURALS.get(language)
    phrases: dict[Phrase, tuple[str, ...]] = {}
    for topic in content.topics:
        for word in topic.words.get(language, []):
            for phrase in _forms(tuple(_tokens(word)), plural):
                names = phrases.get(phrase, ())
                phrases[phrase] = names if topic.name in names else (*names, topic.name)
    for word in content.lookalikes.get(language, []):
        phrase = tuple(_tokens(word))
        phrases[phrase] = ()
        for form in _forms(phrase, plural):
            phrases.setdefault(form, ())
    return phrases


def _forms(phrase: Phrase, plural: Callable[[str], str] | None) -> Iterator[Phrase]:
    """The phrase and its plural, and both run together where they are two words."""
    forms = [phrase]
    if plural is not None:
        forms.append((*phrase[:-1], plural(phrase[-1])))
    for form in forms:
        yield form
        if len(form) == 2:
            yield ("".join(form),)


def _english_plural(noun: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh)$", noun):
        return noun + "es"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + "s"


_PLURALS: dict[str, Callable[[str], str]] = {"en": _english_plural}
"""Languages whose plurals are regular enough to make; the others list theirs in the file."""


def _tokens(text: str) -> list[str]:
    """Words without capitals, accents, hyphens and possessive 's; punctuation stays, so that no phrase crosses it."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    return [token.removesuffix("'s") for token in _TOKEN.findall(letters)]


def _either(phrases: Iterable[str]) -> str:
    """A pattern of these phrases, the longest first; one that never matches if there are none."""
    return "|".join(re.escape(" ".join(_tokens(phrase))) for phrase in sorted(phrases, key=len, reverse=True)) or "(?!)"


def read_topics(path: Path) -> Topics:
    """Read a topics file.

    Raises `TopicsError` where it is not valid YAML of the expected form or contradicts itself.
    """
    try:
        return Topics(msgspec.yaml.decode(path.read_bytes(), type=_File))
    except msgspec.DecodeError as error:
        raise TopicsError(f"{path}: {error}") from error


@lru_cache(maxsize=1)
def current_topics() -> Topics:
    """The topic vocabulary of this release of the product."""
    with resources.as_file(resources.files(__package__) / "topics.yml") as path:
        return read_topics(path)
