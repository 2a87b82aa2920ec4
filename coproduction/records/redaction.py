"""Redaction: what could identify someone is taken out of citizens' words before they are stored.

What gives people away is listed in data files, one a language (`redaction_en.yml`) and one a country
(`redaction_GB.yml`). Without a file for the language or the country the rest still works: addresses of the internet,
handles, numbers and dates in figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache, partial
from importlib import resources
from typing import Any, TypeVar

import msgspec

from coproduction.records.addresses_in_text import AddressesInText, AddressRules, replaced_group
from coproduction.records.dates_in_text import DateRules, DatesInText
from coproduction.records.gazetteer import Gazetteer, WordRules
from coproduction.records.internet_in_text import HandleRules, InternetInText, MailboxRules
from coproduction.records.name_rules import NameRules
from coproduction.records.names_in_text import NamesInText
from coproduction.records.numbers_in_text import NumberRules, NumbersInText

Step = Callable[[str], str]
_Rules = TypeVar("_Rules")

_ANY = "It was 7 Zorblat, +44 20 7946 0000"
"""A text that needs the dictionary of the language and the telephone numbers of the country."""


class LanguageRules(msgspec.Struct, frozen=True):
    """A language's file."""

    names: NameRules = NameRules()
    words: WordRules = WordRules()
    dates: DateRules = DateRules()
    numbers: NumberRules = NumberRules()
    mailboxes: MailboxRules = MailboxRules()
    handles: HandleRules = HandleRules()
    addresses: AddressRules = AddressRules()


class Pattern(msgspec.Struct, frozen=True):
    """What is replaced by its kind wherever it stands; only the last group, where there is one."""

    kind: str
    find: str


class CountryRules(msgspec.Struct, frozen=True):
    """A country's file: patterns, what is called like a person, and python-stdnum's modules that check its numbers."""

    patterns: list[Pattern] = []
    not_people: list[str] = []
    checked_numbers: list[str] = []


class Redaction:
    """The steps for one language and country, in order: each takes a text and replaces what it finds."""

    def __init__(self, language: LanguageRules, country: CountryRules, code: str, region: str) -> None:
        gazetteer = Gazetteer(language.words, code)
        dates = DatesInText(language.dates)
        numbers = NumbersInText(language.numbers, region, country.checked_numbers)
        self._steps: list[Step] = [
            InternetInText(language.mailboxes, language.handles, gazetteer).replaced,
            dates.of_birth,
            numbers.told,
            *(_replacing(pattern.find, pattern.kind) for pattern in country.patterns),
            AddressesInText(language.addresses).replaced,
            dates.long_ago,
            numbers.replaced,
            NamesInText(language.names, gazetteer, country.not_people).replaced,
        ]

    def __call__(self, text: str) -> str:
        """The text with what identifies someone replaced by its kind."""
        for step in self._steps:
            text = step(text)
        return text


def redact(text: str, language: str = "en", country: str = "GB") -> str:
    """The text with what identifies someone replaced by its kind in square brackets: `[e-mail]`, `[postcode]` …

    `language` is an ISO 639-1 code, with or without a region; `country` an ISO 3166-1 alpha-2 code.
    """
    return redaction(language, country)(text)


def redact_events(
    events: Iterable[dict[str, Any]], words: Collection[str], language: str, country: str
) -> list[dict[str, Any]]:
    """Dialogue events with what a citizen typed redacted, each text once; `words` names the slots that hold it.

    What stands for a button (it begins with a slash) is not typed, and stays.
    """
    hide = lru_cache(maxsize=None)(partial(redact, language=language, country=country))  # ends with this call
    return [_redacted(event, words, hide) for event in events]


def _redacted(event: dict[str, Any], words: Collection[str], hide: Step) -> dict[str, Any]:
    if event.get("event") == "slot" and event["name"] in words and isinstance(event["value"], str):
        return {**event, "value": hide(event["value"])}
    text = event.get("text") or ""
    if event.get("event") != "user" or text.startswith("/"):
        return event
    parsed = event.get("parse_data") or {}
    entities = [
        {**entity, "value": hide(entity["value"])}
        if entity["entity"] in words and isinstance(entity["value"], str)
        else entity
        for entity in parsed.get("entities") or []
    ]
    kept = hide(text)
    return {**event, "text": kept, "parse_data": {**parsed, "text": kept, "entities": entities}}


def redaction(language: str, country: str) -> Redaction:
    """The redaction of a language in a country, read from their files once."""
    return _made(language.split("-")[0].lower(), country.upper())


def warm(languages: Iterable[str], country: str) -> None:
    """Read what these languages need in a country now, about half a second, so that no turn waits for it."""
    for language in languages:
        redact(_ANY, language, country)


@lru_cache(maxsize=32)
def _made(code: str, region: str) -> Redaction:
    rules = _read(f"redaction_{code}.yml", LanguageRules) or LanguageRules()
    return Redaction(rules, _read(f"redaction_{region}.yml", CountryRules) or CountryRules(), code, region)


def _read(name: str, kind: type[_Rules]) -> _Rules | None:
    file = resources.files("coproduction.records") / name
    return msgspec.yaml.decode(file.read_bytes(), type=kind) if file.is_file() else None


def _replacing(pattern: str, kind: str) -> Step:
    compiled = re.compile(pattern.replace("'", "['’]"), re.IGNORECASE)
    return lambda text: compiled.sub(partial(replaced_group, kind=f"[{kind}]"), text)
