"""A language's rules: its file, how its words are split, and the phrases to look for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from importlib import resources

import msgspec
import spacy
from spacy.language import Language

from coproduction.dialogue.understanding.language_file import LanguageFile, ScaleWording
from coproduction.dialogue.understanding.phrases import Meaning, PhraseSet, expand, split_phrases

_REMEMBERED = 64
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_MIXED_NUMBER = re.compile(r"(\d*)\s*([½¼¾⅓⅔])")
_MIXED_FRACTION = re.compile(r"(?<![\d/.])(\d+)\s+([1-3])/([234])(?![\d/])")
_WRITTEN_FRACTION = re.compile(r"(?<![\d/])([1-3])/([234])(?![\d/])")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_IGNORED = re.compile("[\ufe0f\u200d\u200b\U0001f3fb-\U0001f3ff]")
_APOSTROPHES = re.compile("[’‘ʼ`´]")
_DASHES = re.compile("[‐‑–—−]")
_GLUED = re.compile(r"(?<=\d)(?=(?!st\b|nd\b|rd\b|th\b|s\b|'s\b)[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_WORD_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W_])|(?<=\d)-(?=[^\W\d_])")
_APART = re.compile(r"(?<=\d)\s*-\s*(?=\d)|/|\+|\.\.\.+|…|[()]")
_DECADE = re.compile(r"(?<=\d0)'s\b")
_LANGUAGE_FILE = re.compile(r"([a-z]{2,3}(?:-[A-Z]{2})?)\.yml")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")


class Rules:
    """The rules of one language, ready to use: words, phrases and numbers."""

    def __init__(self, language: str, content: LanguageFile) -> None:
        self.language = language
        self.content = content
        self._nlp = _tokenizer(language)
        self._words = lru_cache(maxsize=_REMEMBERED)(self._split)
        self._word_sets: dict[str, frozenset[str]] = {}
        self._ending = _any_of(content.endings, before="", after=r"\b")
        self._rewritten = _any_of(content.rewrite, before=r"(?<!\w)", after=r"(?!\w)")

    def normalise(self, text: str) -> str:
        """The text in small letters, with contractions and short forms written out and fractions as decimals."""
        text = _IGNORED.sub("", _APOSTROPHES.sub("'", _DASHES.sub("-", text)))
        text = _MIXED_NUMBER.sub(lambda m: f" {float(m[1] or 0) + _FRACTIONS[m[2]]:g} ", text)
        text = unicodedata.normalize("NFKC", text).lower()
        text = _MIXED_FRACTION.sub(lambda m: f"{int(m[1]) + int(m[2]) / int(m[3]):g}", text)
        text = _WRITTEN_FRACTION.sub(lambda m: f"{int(m[1]) / int(m[2]):.3g}", text)
        text = _DECADE.sub("s", _REPEATED.sub(r"\1", text))
        text = _GLUED.sub(" ", text)
        text = self._rewritten.sub(lambda m: self.content.rewrite[m[0]], text)
        text = self._ending.sub(lambda m: self.content.endings[m[0]], text)
        text = _WORD_HYPHEN.sub(" ", text)
        text = _APART.sub(lambda m: f" {m[0].strip()} ", text)
        return " ".join(text.split())

    def words(self, text: str) -> list[str]:
        """The words and punctuation marks of a text, normalised. Several layers ask for those of the same text."""
        return list(self._words(text))

    def _split(self, text: str) -> tuple[str, ...]:
        return tuple(token.text for token in self._nlp.make_doc(self.normalise(text)) if not token.is_space)

    def word_set(self, listed: str) -> frozenset[str]:
        """The single words of a `;`-separated list, as they look in a message."""
        if listed not in self._word_sets:
            phrases = (" ".join(words) for phrase in split_phrases(listed) for words in expand(phrase))
            self._word_sets[listed] = frozenset(word for phrase in phrases for word in self.words(phrase))
        return self._word_sets[listed]

    def phrases(self, listed: Iterable[tuple[Meaning, str]]) -> PhraseSet:
        """A set of phrases of this language to look for together."""
        return PhraseSet(self._nlp.vocab, self.words, listed, self.known)

    @cached_property
    def durations(self) -> PhraseSet:
        """The words of `DurationWords` by the name of their list."""
        words = self.content.durations
        listed = {name: getattr(words, name) for name in ("every", "alternate", "times_word", "of", "range")}
        listed |= {name: getattr(words, name) for name in ("about", "below", "above", "ignore")}
        phrases = [(Meaning(name), phrase) for name, phrase in listed.items()]
        for name, table in (("units", words.units), ("periods", words.periods), ("adverbs", words.adverbs)):
            phrases += [(Meaning(name, index), phrase) for index, phrase in enumerate(table)]
        phrases += [(Meaning("times", count), phrase) for phrase, count in words.times.items()]
        numbers = self.content.numbers
        phrases += [(Meaning("parts", index), phrase) for index, phrase in enumerate(numbers.parts)]
        phrases += [(Meaning("vague", index), phrase) for index, phrase in enumerate(numbers.vague)]
        phrases += [(Meaning("articles"), numbers.articles), (Meaning("plus"), numbers.plus)]
        return self.phrases([*phrases, *self._signal_phrases])

    @cached_property
    def ages(self) -> PhraseSet:
        """The words of `AgeWords` by the name of their list."""
        words = self.content.ages
        names = ("self", "old", "years", "born", "others", "nearly", "over", "under", "about", "ignore")
        phrases = [(Meaning(name), getattr(words, name)) for name in names]
        for name, table in (("parts", words.parts), ("decades", words.decades), ("ranges", words.ranges)):
            phrases += [(Meaning(name, index), phrase) for index, phrase in enumerate(table)]
        phrases += [(Meaning("range"), self.content.durations.range)]
        return self.phrases([*phrases, *self._signal_phrases])

    @cached_property
    def known(self) -> frozenset[str]:
        """Words that are never taken for a misspelling of another."""
        signals = self.content.signals
        return self.word_set(
            ";".join((self.content.known, signals.negators, signals.doubts, signals.turns, signals.fillers))
        )

    @cached_property
    def _signal_phrases(self) -> list[tuple[Meaning, str]]:
        signals = self.content.signals
        kinds = {kind: "negators" if kind == "dislikes" else kind for kind in signals.__struct_fields__}
        del kinds["deeds"]
        return [(Meaning(kind), getattr(signals, name)) for name, kind in kinds.items()]

    def _wording(self, wording: ScaleWording) -> PhraseSet:
        phrases = [(Meaning(kind), getattr(wording, kind)) for kind in ("ignore", "doubts", "fillers")]
        for code, words in wording.codes.items():
            phrases += [(Meaning("code", code), words.sure), (Meaning("code", code, False), words.likely)]
        return self.phrases([*phrases, *self._signal_phrases])

    @cached_property
    def scales(self) -> dict[str, PhraseSet]:
        """For each scale with wordings, its phrases and the signals around them."""
        return {name: self._wording(wording) for name, wording in self.content.scales.items()}

    @cached_property
    def facts(self) -> dict[str, PhraseSet]:
        """For each variable that can be stated unasked, its phrases and the signals around them."""
        return {name: self._wording(wording) for name, wording in self.content.facts.items()}

    @cached_property
    def available(self) -> PhraseSet:
        """Phrases that someone has time to give."""
        return self.phrases([(Meaning("available"), self.content.durations.available)])

    @cached_property
    def missing(self) -> PhraseSet:
        """Phrases that decline to answer, by missing code."""
        codes = [(Meaning("code", code), listed) for code, listed in self.content.missing.items()]
        return self.phrases([*codes, (Meaning("fillers"), self.content.signals.fillers)])

    @cached_property
    def dislikes(self) -> PhraseSet:
        """Phrases that set aside what follows."""
        return self.phrases([(Meaning("dislikes"), self.content.signals.dislikes)])

    @cached_property
    def previous(self) -> PhraseSet:
        """Phrases for the question before the one asked."""
        return self.phrases([(Meaning("previous"), self.content.previous)])

    @cached_property
    def nothing_in_particular(self) -> PhraseSet:
        """Phrases that name nothing where something could be named."""
        phrases = [(Meaning("code"), self.content.nothing_in_particular)]
        return self.phrases([*phrases, (Meaning("fillers"), self.content.signals.fillers)])

    @cached_property
    def about_suggestions(self) -> PhraseSet:
        """The phrases of `SuggestionWords` by the name of their list."""
        names = ("all_of_them", "shorter", "provided", "taking_back")
        return self.phrases([(Meaning(name), getattr(self.content.suggestions, name)) for name in names])

    @cached_property
    def everything(self) -> PhraseSet:
        """Messages that mean all suggestions on show."""
        listed = [(Meaning("code"), self.content.suggestions.everything)]
        return self.phrases([*listed, (Meaning("fillers"), self.content.polite)])

    @cached_property
    def commands(self) -> tuple[list[str], PhraseSet]:
        """The names of the intents, and their phrases (the code is an index of the names)."""
        names = list(self.content.commands)
        listed = [(Meaning("code", index), self.content.commands[name]) for index, name in enumerate(names)]
        return names, self.phrases([*listed, (Meaning("fillers"), self.content.polite)])

    @cached_property
    def danger(self) -> dict[str, PhraseSet]:
        """For each kind of danger, its phrases."""
        return {
            name: self.phrases([(Meaning(k), getattr(danger, k)) for k in ("ignore", "say", "mention", "unless")])
            for name, danger in self.content.danger.items()
        }

    def number(self, words: Sequence[str], at: int) -> tuple[float, int] | None:
        """The number that starts at a word, in digits or words, and the index of the word after it."""
        if _DIGITS.fullmatch(words[at]):
            return float(words[at].replace(",", ".")), at + 1
        return self._year(words, at) or self._number_in_words(words, at)

    def _year(self, words: Sequence[str], at: int) -> tuple[float, int] | None:
        """A year spoken in two halves: "nineteen forty eight", "two thousand and five"."""
        plus = self.word_set(self.content.numbers.plus)
        for beginning, century in self.content.numbers.centuries.items():
            start = at + len(beginning.split())
            if list(words[at:start]) == beginning.split():
                start += start < len(words) and words[start] in plus
                rest = self._number_in_words(words, start) if start < len(words) else None
                if rest is not None and (10 if " " not in beginning else 1) <= rest[0] <= 99:
                    return century + rest[0], rest[1]
        return None

    def _number_in_words(self, words: Sequence[str], at: int) -> tuple[float, int] | None:
        numbers = self.content.numbers
        word = words[at]
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in numbers.tens:
            if 1 <= numbers.units.get(following, 0) <= 9:
                return numbers.tens[word] + numbers.units[following], at + 2
            return numbers.tens[word], at + 1
        if word in numbers.units:
            if 1 <= numbers.units[word] <= 9 and following in self.word_set(numbers.nought):
                return 10 * numbers.units[word], at + 2
            return numbers.units[word], at + 1
        if word in self._glued_numbers:
            return self._glued_numbers[word], at + 1
        return None

    @cached_property
    def _glued_numbers(self) -> dict[str, float]:
        """Two words for a number written as one: "fortyfive"."""
        numbers = self.content.numbers
        units = {word: value for word, value in numbers.units.items() if 1 <= value <= 9}
        return {ten + unit: tens + ones for ten, tens in numbers.tens.items() for unit, ones in units.items()}


def _any_of(listed: Iterable[str], before: str, after: str) -> re.Pattern[str]:
    """A pattern that matches any of these words, the longest first, or nothing where there are none."""
    words = "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))
    return re.compile(f"{before}(?:{words}){after}" if words else "(?!)")


def _tokenizer(language: str) -> Language:
    """How a language's words are split; where spaCy does not know it (Welsh), as those of any language are."""
    try:
        return spacy.blank(language)
    except ImportError:
        return spacy.blank("xx")


def languages() -> list[str]:
    """The codes of the languages that have a file of rules."""
    names = (path.name for path in resources.files(__package__).iterdir())
    return sorted(found[1] for name in names if (found := _LANGUAGE_FILE.fullmatch(name)))


@lru_cache
def rules_for(language: str) -> Rules:
    """The rules of a language. Raises `FileNotFoundError` where it has no file."""
    path = resources.files(__package__) / f"{language}.yml"
    return Rules(language, msgspec.yaml.decode(path.read_bytes(), type=LanguageFile))
