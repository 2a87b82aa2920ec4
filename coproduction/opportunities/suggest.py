"""Suggesting what feeds leave out (sector, topics, effort, company), and how sure each suggestion is.

Rules over tokens of a blank spaCy pipeline: phrases that point to a code, and times as people write them
("two hours a week"). A suggestion is for an official to check; nothing is published by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec
import spacy
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span

from coproduction.opportunities.guess import Guess, Suggested
from coproduction.survey.scoring import DAYS_PER_MONTH, HOURS_OF_A_DAYS_HELP, WEEKS_PER_MONTH, effort_band
from coproduction.survey.topics import current_topics

TEXT_READ = 5000
"""How much of a description is looked at, in characters."""

MOST_TOPICS = 4
TITLE_WEIGHT = 3
"""A word in the title says as much as this many in the text."""

USUAL_EFFORT, USUAL_COMPANY = 3, "3"
"""Organised volunteering mostly is a few hours a month in a group: suggested of silent texts, with little certainty."""

_UNITS = {"minute": 1, "minutes": 1, "min": 1, "mins": 1, "hour": 60, "hours": 60, "hr": 60, "hrs": 60}
_UNITS |= dict.fromkeys(("day", "days"), 60 * HOURS_OF_A_DAYS_HELP)
_TIMES_A_MONTH = {
    "day": DAYS_PER_MONTH,
    "week": WEEKS_PER_MONTH,
    "fortnight": WEEKS_PER_MONTH / 2,
    "month": 1,
    "year": 1 / 12,
}
_ADVERBS = {"daily": "day", "weekly": "week", "fortnightly": "fortnight", "monthly": "month", "yearly": "year"}
_WORDS = ("half", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {"a": 1.0, "an": 1.0, "half": 0.5} | {word: float(n) for n, word in enumerate(_WORDS) if n}


class _Cues(msgspec.Struct, frozen=True):
    sector: dict[int, list[str]]
    company: dict[int, list[str]]
    effort: dict[int, list[str]]


class Suggester:
    """Reads titles and texts. Making one takes a moment; use it for many."""

    def __init__(self, cues: _Cues) -> None:
        self._nlp = spacy.blank("en")
        self._fields = {name: self._phrases(getattr(cues, name)) for name in ("sector", "company", "effort")}
        self._times = Matcher(self._nlp.vocab)
        amount: list[dict[str, Any]] = [{"LOWER": {"IN": [*_NUMBERS]}}, {"LIKE_NUM": True}]
        units = {"LOWER": {"IN": [*_UNITS]}}
        every = {"LOWER": {"IN": ["a", "an", "per", "each", "every", "/"]}}
        for number in amount:
            article = {"LOWER": {"IN": ["a", "an"]}, "OP": "?"}
            self._times.add("time", [[number, article, units, every, {"LOWER": {"IN": [*_TIMES_A_MONTH]}}]])
            self._times.add("time", [[number, article, units, {"LOWER": {"IN": [*_ADVERBS]}}]])

    def _phrases(self, phrases: Mapping[int, list[str]]) -> PhraseMatcher:
        matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        for code, texts in phrases.items():
            matcher.add(str(code), [self._nlp.make_doc(text) for text in texts])
        return matcher

    def suggest(self, title: str, text: str = "", session_minutes: int | None = None) -> Suggested:
        """Suggest sector, topics, effort, minutes_per_month and company. `session_minutes`: how long one session is."""
        docs = self._nlp.make_doc(title), self._nlp.make_doc(text[:TEXT_READ])
        topics = _weighed(current_topics().find(title), current_topics().find(text[:TEXT_READ]))
        sectors = self._votes("sector", docs)
        for topic, weight in topics.items():
            sectors[current_topics().sector(topic)] += weight
        found = {"sector": _winner(sectors), "topics": _best_topics(topics, sectors)}
        found |= self._time(docs, session_minutes)
        found["company"] = self._company(docs)
        return {column: guess for column, guess in found.items() if guess is not None}

    def _votes(self, field: str, docs: tuple[Doc, Doc]) -> Counter[int]:
        """Code → how many different phrases point to it, those of the title weighed more."""
        votes: Counter[int] = Counter()
        for phrase, weight in _weighed(*(self._found(field, doc) for doc in docs)).items():
            votes[phrase[0]] += weight
        return votes

    def _found(self, field: str, doc: Doc) -> list[tuple[int, str]]:
        matches: list[Span] = self._fields[field](doc, as_spans=True)
        return [(int(span.label_), span.text.lower()) for span in spacy.util.filter_spans(matches)]

    def _company(self, docs: tuple[Doc, Doc]) -> Guess:
        votes = self._votes("company", docs)
        if not votes:
            return Guess(USUAL_COMPANY, 0.2)
        most = max(votes.values())
        codes = sorted(code for code, count in votes.items() if 2 * count >= most)
        return Guess(" ".join(map(str, codes)), _certainty(sum(votes[c] for c in codes) / len(codes), votes.total()))

    def _time(self, docs: tuple[Doc, Doc], session_minutes: int | None) -> dict[str, Guess | None]:
        for doc in docs:
            if (minutes := self._stated_minutes(doc)) is not None:
                return {"effort": Guess(effort_band(minutes), 0.9), "minutes_per_month": Guess(minutes, 0.9)}
        guess = _winner(self._votes("effort", docs))
        if session_minutes:
            weekly = guess is not None and guess.value in (3, 4)
            minutes = round(session_minutes * (WEEKS_PER_MONTH if weekly else 1))
            return {"effort": Guess(effort_band(minutes), 0.6 if guess else 0.4), "minutes_per_month": None}
        return {"effort": guess or Guess(USUAL_EFFORT, 0.2), "minutes_per_month": None}

    def _stated_minutes(self, doc: Doc) -> int | None:
        """Minutes a month of the first time that is stated, if it is one a person can give."""
        for _, start, end in sorted(self._times(doc), key=lambda match: (match[1], -match[2])):
            words = [token.lower_ for token in doc[start:end]]
            unit = next(word for word in words[1:] if word in _UNITS)
            period = _ADVERBS.get(words[-1], words[-1])
            minutes = _number(words[0]) * _UNITS[unit] * _TIMES_A_MONTH[period]
            if 0.5 < minutes <= DAYS_PER_MONTH * 24 * 60:
                return round(minutes)
        return None


def _number(word: str) -> float:
    try:
        return _NUMBERS.get(word) or float(word.replace(",", ""))
    except ValueError:
        return 0.0  # "dozen", "1/2": looks like a number to spaCy, and is left to the official


def _weighed(title: list[Any], text: list[Any]) -> Counter[Any]:
    return Counter({thing: TITLE_WEIGHT if thing in set(title) else 1 for thing in [*title, *text]})


def _winner(votes: Counter[int]) -> Guess | None:
    if not votes:
        return None
    code, count = max(votes.items(), key=lambda vote: (vote[1], -vote[0]))
    return Guess(code, _certainty(count, votes.total()))


def _certainty(count: float, total: float) -> float:
    """Near 1 where many words agree, low where they are few or contradict each other."""
    return round(count / total * (1 - 0.6**count), 2)


def _best_topics(topics: Counter[str], sectors: Counter[int]) -> Guess | None:
    """The topics named most, those of the likeliest sector first."""
    if not topics:
        return None
    weight = {name: (count, sectors[current_topics().sector(name)]) for name, count in topics.items()}
    names = sorted(weight, key=lambda name: weight[name], reverse=True)[:MOST_TOPICS]
    return Guess(" ".join(names), _certainty(topics[names[0]], topics.total()))


@lru_cache(maxsize=1)
def current_suggester() -> Suggester:
    """The suggester with this release's cues."""
    cues = (resources.files(__package__) / "cues.yml").read_bytes()
    return Suggester(msgspec.yaml.decode(cues, type=_Cues, strict=False))
