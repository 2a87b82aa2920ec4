"""The form of a language's file: which words and phrases it lists, and what each list means."""

from __future__ import annotations

import msgspec


class Wording(msgspec.Struct, frozen=True):
    """How a category is worded: phrases that are sure and phrases that are only likely."""

    sure: str = ""
    likely: str = ""


class ScaleWording(msgspec.Struct, frozen=True):
    """A scale's wordings by code. `ignore` lists phrases that only look like an answer.

    `doubts` and `fillers` are words that cast doubt on an answer, or change nothing about it, on this scale only.
    """

    codes: dict[int, Wording]
    ignore: str = ""
    doubts: str = ""
    fillers: str = ""


class Signals(msgspec.Struct, frozen=True):
    """Words around an answer: what negates it, casts doubt on it, takes it back, or means nothing.

    `dislikes` negate too, wherever they stand; `general` words name no question by themselves; `deeds` are the words
    of the questions on habits that say what is done, and not where, when or for whom.
    """

    negators: str
    dislikes: str
    doubts: str
    corrections: str
    turns: str
    breaks: str
    joins: str
    fillers: str
    general: str
    deeds: str


class NumberWords(msgspec.Struct, frozen=True):
    """Words for numbers. `vague` words stand for a range: lowest, usual, highest.

    `nought` are words for a spoken last digit ("six oh"), `centuries` those that begin a year ("nineteen sixty").
    """

    units: dict[str, float]
    tens: dict[str, int]
    ordinals: dict[str, int]
    parts: dict[str, float]
    vague: dict[str, list[float]]
    articles: str
    plus: str
    nought: str
    centuries: dict[str, int]


class DurationWords(msgspec.Struct, frozen=True):
    """Words for lengths of time. Units are in minutes: lowest, usual, highest; periods in times a month.

    `one` lists units that mean one of them where a message begins with them: "hour a week".
    """

    units: dict[str, list[float]]
    one: list[str]
    periods: dict[str, float]
    adverbs: dict[str, float]
    every: str
    alternate: str
    times: dict[str, int]
    times_word: str
    of: str
    range: str
    about: str
    below: str
    above: str
    ignore: str
    available: str


class AgeWords(msgspec.Struct, frozen=True):
    """Words around ages and years of birth. Parts of a decade: first and last year within it."""

    self: str
    old: str
    years: str
    born: str
    others: str
    nearly: str
    over: str
    under: str
    about: str
    parts: dict[str, list[int]]
    decades: dict[str, int]
    ranges: dict[str, list[int]]
    ignore: str


class Danger(msgspec.Struct, frozen=True):
    """`say`: always taken seriously. `mention`: only without one of `unless` in the sentence. `ignore`: idioms."""

    say: str
    mention: str = ""
    unless: str = ""
    ignore: str = ""


class SuggestionWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words in which suggestions are spoken of.

    `together` joins several that are meant, `apart` excludes one, `plain` never names one by its title, `instead`
    puts one in the place of those chosen, `asking` begins a question: all of them single words. Phrases are
    `all_of_them` anywhere and `everything` as a whole message, `shorter` for what takes less, `provided` for a
    condition and `taking_back`; `reasons` are words by the reason they give for declining.
    """

    all_of_them: str
    everything: str
    of_them: str
    together: str
    apart: str
    shorter: str
    provided: str
    plain: str
    instead: str
    asking: str
    taking_back: str
    reasons: dict[str, str]


class LanguageFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's rules as they stand in its file."""

    rewrite: dict[str, str]
    endings: dict[str, str]
    signals: Signals
    known: str
    number_of_choice: str
    last: list[str]
    middle: list[str]
    polite: str
    keep: str
    previous: str
    nothing_in_particular: str
    suggestions: SuggestionWords
    numbers: NumberWords
    durations: DurationWords
    ages: AgeWords
    scales: dict[str, ScaleWording]
    missing: dict[int, str]
    facts: dict[str, ScaleWording]
    commands: dict[str, str]
    danger: dict[str, Danger]
