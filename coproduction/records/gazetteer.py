"""What is known of single words: which are first names, surnames and everyday words of a language."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import resources

import msgspec
import simplemma
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

_LETTERS = str.maketrans("łŁıøØđĐ’", "lLioOdD'")


LONGEST = 40
"""Letters of what is looked up as a word."""


class WordRules(msgspec.Struct, frozen=True):
    """Words of a language, in small letters, separated by spaces; redaction_en.yml says what each list is for.

    `first_names` and `surnames` are files of names beside it.
    """

    first_names: list[str] = []
    surnames: list[str] = []
    never: str = ""
    first_and_words: str = ""
    first_and_places: str = ""
    function_words: str = ""


class Gazetteer:
    """Looks words up: the lists of names that come with the product, and a language's own."""

    def __init__(self, rules: WordRules, language: str) -> None:
        self._language = language if language in SUPPORTED_LANGUAGES else ""
        self._never = frozenset(map(folded, rules.never.split()))
        self._both = frozenset(map(folded, rules.first_and_words.split()))
        self._places = frozenset(map(folded, rules.first_and_places.split()))
        self._function_words = frozenset(map(folded, rules.function_words.split()))
        first = frozenset().union(*map(_names, rules.first_names))
        self._first = first - self._both - self._never
        self._surnames = frozenset().union(*map(_names, rules.surnames))

    def is_first(self, word: str) -> bool:
        """A first name and nothing else."""
        if "-" in word:
            return all(part in self._first or part in self._both for part in word.split("-"))
        return word in self._first or self._is_possessive(word)

    def _is_possessive(self, word: str) -> bool:
        """Whether a first name has lost its apostrophe: "daves"."""
        return word[-1:] == "s" and word[:-1] in self._first and not self.is_never(word) and not self.is_everyday(word)

    def is_first_and_word(self, word: str) -> bool:
        """A first name that is an everyday word too."""
        return word in self._both

    def is_first_and_place(self, word: str) -> bool:
        """A first name that is a town's or a country's as well."""
        return word in self._places

    def is_surname(self, word: str) -> bool:
        """A surname of the lists, whatever else it is."""
        return word in self._surnames or word.replace("'", "") in self._surnames

    def is_never(self, word: str) -> bool:
        """A word that may stand where a name could, and is none."""
        return word in self._never or word.endswith("n't")

    def is_function_word(self, word: str) -> bool:
        """A word that is written with a small letter inside a sentence, by all who write sentences."""
        return word in self._function_words

    def is_everyday(self, word: str) -> bool:
        """In the dictionary of the language, which has the commonest names too."""
        return (
            bool(self._language)
            and word.isalpha()
            and len(word) <= LONGEST
            and simplemma.is_known(word, lang=self._language)
        )

    def is_unknown(self, word: str) -> bool:
        """No word of the language, so that with a capital letter it may be a name."""
        if len(word) > LONGEST:
            return False
        letters = word.replace("'", "").replace("-", "").replace(".", "")
        return bool(self._language) and letters.isalpha() and not self.is_never(word) and not self.is_everyday(word)


def folded(word: str) -> str:
    """A word in small letters without accents: as the lists have it."""
    decomposed = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).lower()


@lru_cache(maxsize=8)
def _names(file: str) -> frozenset[str]:
    lines = (resources.files("coproduction.records") / file).read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
