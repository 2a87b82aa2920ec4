"""Dates of birth in text: dates after a word like "born", and any full date that is long ago."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import msgspec

YOUNGEST = 13
"""Years; a full date as long ago as this may be the birthday of someone who is interviewed."""

WITHIN = 30
"""Characters between a word like "born" and the date it speaks of."""


class DateRules(msgspec.Struct, frozen=True):
    """How a language says dates.

    `birth` is a regular expression of what makes the next date one of birth, `birth_after` the one before it. In
    `days`, dates without a month or a day, `{day}`, `{month}` and `{year}` stand for the words of these.
    """

    birth: str | None = None
    birth_after: str | None = None
    months: list[str] = []
    ordinals: list[str] = []
    day_words: list[str] = []
    days: list[str] = []
    year_words: str = "(?!)"
    of: str = ""
    on: str = ""


class DatesInText:
    """Finds dates in figures and, where the language's months are known, in words."""

    def __init__(self, rules: DateRules, this_year: int | None = None) -> None:
        self._this_year = this_year or datetime.now(timezone.utc).year
        year = r"(?P<year{}>(?:1[89]|20)\d\d|\d\d)"
        sep = r" ?[./\\-] ?"
        full = [
            rf"(?<![\w./-])\d{{1,2}}{sep}\d{{1,2}}{sep}{year.format(1)}(?![\w/-])",
            r"(?<![\w./-])\d{1,2} \d{1,2} (?P<year5>(?:19|20)\d\d)(?!\w)",
            r"(?<![\w./-])(?P<year6>(?:19|20)\d\d) [01]\d [0-3]\d(?![\w/-])",
            r"(?<![\w./-])(?P<year2>(?:1[89]|20)\d\d)[./-]\d{1,2}[./-]\d{1,2}(?![\w/-])",
        ]
        partial = [
            r"\b(?:1[89]|20)\d\d\b",
            r"\b\d{1,2}[./-](?:(?:1[89]|20)\d\d|\d{1,2})\b",
            r"(?<=in )'?\d\d\b",
            r"['’]\d\d\b",
        ]
        if rules.months:
            month = rf"(?:{'|'.join(rules.months)})\.?"
            day = rf"\d{{1,2}}(?: ?(?:{'|'.join(rules.ordinals) or '(?!)'}))?"
            if rules.day_words:
                day = rf"(?:{day}|{'|'.join(rules.day_words)})"
            of = rf"(?: {rules.of})?" if rules.of else ""
            full += [
                rf"\b(?:the )?{day}{of} ?[ ./-]?{month},?[ ./-]?['’]?(?P<year3>(?:1[89]|20)\d\d|\d\d(?! ?[^\W\d_]))\b",
                rf"\b{month} {day},? (?P<year4>(?:1[89]|20)\d\d)\b",
            ]
            spoken = rf"\b(?:the )?{day}{of} {month},? (?:in )?{rules.year_words}\b"
            days = [
                named.replace("{day}", day)
                .replace("{year}", rules.year_words)
                .replace("{month}", month)
                .replace("'", "['’]")
                for named in rules.days
            ]
            partial = [
                spoken,
                rf"\b{month} (?:the )?{day},? ['’]?\d\d\b",
                rf"\b(?:the )?{day}{of} {month}\b",
                rf"\b{month} (?:the )?{day}\b",
                rf"\b{month},? \d{{4}}\b",
                *days,
                *partial,
            ]
        self._full = re.compile("|".join(full), re.IGNORECASE)
        full_dates = re.sub(r"\?P<year\d>", "?:", self._full.pattern)
        either = "|".join([full_dates, *partial])
        birth = rf"({rules.birth})([^\[\]\n\d]{{0,{WITHIN}}}?)({either})" if rules.birth else r"(?!)"
        self._birth = re.compile(birth, re.IGNORECASE)
        another = (
            rf"(\[date\][^\[\]\n\d]{{0,{WITHIN}}}?)(?:{full_dates})|\[date\](?: {rules.on or '(?!)'}|,)? (?:{either})"
        )
        self._another = re.compile(another, re.IGNORECASE)
        self._birth_after = re.compile(
            rf"(?:{either})(?={rules.birth_after})" if rules.birth_after else r"(?!)", re.IGNORECASE
        )

    def of_birth(self, text: str) -> str:
        """Replace the date, or part of one, that follows a word of birth."""
        text = self._birth_after.sub("[date]", text)
        text = self._birth.sub(lambda match: f"{match[1]}{match[2]}[date]", text)
        return self._another.sub(lambda match: f"{match[1] or ''}[date]", text)

    def long_ago(self, text: str) -> str:
        """Replace full dates that may be somebody's birthday; those of late years stay."""
        return self._full.sub(self._replace, text)

    def _replace(self, match: re.Match[str]) -> str:
        figures = next(year for year in match.groups() if year is not None)
        year = int(figures)
        if len(figures) == 2:
            year += 2000 if year <= self._this_year % 100 else 1900
        return "[date]" if year <= self._this_year - YOUNGEST else match[0]
