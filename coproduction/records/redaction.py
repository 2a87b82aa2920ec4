"""Redaction: what could identify someone is taken out of citizens' words before they are stored.

What gives people away is listed in data files, one a language (`redaction_en.yml`) and one a country
(`redaction_GB.yml`). Without a file for the language or the country the rest still works: addresses of the internet,
handles, numbers and dates in figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache, partial
from importlib import resources
from typing import Any, TypeVar

import msgspec

from coproduction.records.dates_in_text import DateRules, DatesInText
from coproduction.records.names_in_text import NameRules, NamesInText
from coproduction.records.numbers_in_text import NumberRules, NumbersInText

Step = Callable[[str], str]
_Rules = TypeVar("_Rules")

CAPITALISED = r"(?-i:[^\W\d_a-zß-öø-ÿ])[\w'’]*"
"""A word that begins with a capital letter (or one of a script without small letters), as a regular expression."""

_ACCOUNT = re.compile(r"\b(?=\w*[^\W\d_])\w+_\w+\b|\b(?!covid|cop)[a-z]{3,}\d{2,}\b(?![-/])")
"""A name as people have on platforms: with an underscore, or small letters and then figures."""

_MAILBOX = re.compile(r"[\w.+'-]+ ?@ ?[\w-]+(?: ?\. ?[a-z]{2,})+|\S+@\S+\.\w+|[\w.+-]+@[\w-]+", re.IGNORECASE)
_LINK = re.compile(
    r"\b(?:https?://|www\.)[^\s<>]+[^\s<>.,;:!?)]"
    r"|\b(?!(?:[\w-]+\.)*(?:gov|nhs|police)\.uk\b)"
    r"(?:[a-z0-9][a-z0-9-]*\.)+(?:com|net|org|uk|info|eu|io|biz|tv|gg|be|me(?=/)|ly(?=/)|co(?=/))\b(?:/[^\s<>]*[^\s<>.,;:!?)])?",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w/])@ ?[\w.]*\w{2,}|(?<!\w)/?u/[\w-]{3,}|\b[\w.]{3,32}#\d{4}\b", re.IGNORECASE)
_IP_ADDRESS = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\w)")
_PLAIN = r"@?\w[\w.\-]*\w(?: (?-i:[A-Z])\w+)?"
_SPECIAL = r"@?(?=[\w.-]*[\d_.])(?!\d+\b)\w[\w.-]*\w"
"""A name as only machines have them: with a figure, a line or a full stop in it."""


class HandleRules(msgspec.Struct, frozen=True):
    """How people tell their name on a platform; `{platform}` and `{token}` stand for the platform and that name."""

    platforms: str
    before: list[str] = []
    after: list[str] = []


class LanguageRules(msgspec.Struct, frozen=True):
    """A language's file."""

    names: NameRules = NameRules()
    dates: DateRules = DateRules()
    numbers: NumberRules = NumberRules()
    handles: HandleRules | None = None
    addresses: list[str] = []
    street: str = "(?!)"
    not_in_streets: str = ""


class Pattern(msgspec.Struct, frozen=True):
    """What is replaced by its kind wherever it stands."""

    kind: str
    find: str


class CountryRules(msgspec.Struct, frozen=True):
    """A country's file: patterns, and the modules of python-stdnum that check its numbers."""

    patterns: list[Pattern] = []
    checked_numbers: list[str] = []


class Redaction:
    """The steps for one language and country, in order: each takes a text and replaces what it finds."""

    def __init__(self, language: LanguageRules, country: CountryRules, region: str) -> None:
        numbers = NumbersInText(language.numbers, region, country.checked_numbers)
        dates = DatesInText(language.dates)
        self._steps: list[Step] = [
            *_mailboxes(language.numbers),
            lambda text: _LINK.sub("[link]", text),
            lambda text: _HANDLE.sub("[handle]", text),
            *_handles(language),
            lambda text: _IP_ADDRESS.sub("[number]", text),
            lambda text: _ACCOUNT.sub("[handle]", text),
            dates.of_birth,
            *(_replacing(pattern.find, pattern.kind) for pattern in country.patterns),
            *_addresses(language),
            dates.long_ago,
            numbers.replaced,
            NamesInText(language.names).replaced,
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


def redact_event(event: dict[str, Any], words: Collection[str], language: str, country: str) -> dict[str, Any]:
    """A dialogue event with what a citizen typed redacted; `words` names the slots that hold typed words.

    What stands for a button (it begins with a slash) is not typed, and stays.
    """
    hide = partial(redact, language=language, country=country)
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


@lru_cache(maxsize=32)
def redaction(language: str, country: str) -> Redaction:
    """The redaction of a language in a country, read from their files once."""
    code = language.split("-")[0].lower()
    rules = _read(f"redaction_{code}.yml", LanguageRules) or LanguageRules()
    return Redaction(rules, _read(f"redaction_{country.upper()}.yml", CountryRules) or CountryRules(), country.upper())


def _read(name: str, kind: type[_Rules]) -> _Rules | None:
    file = resources.files("coproduction.records") / name
    return msgspec.yaml.decode(file.read_bytes(), type=kind) if file.is_file() else None


def _replacing(pattern: str, kind: str) -> Step:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.sub(f"[{kind}]", text)


def _mailboxes(rules: NumberRules) -> list[Step]:
    """E-mail addresses, also with "at" and "dot" in words."""
    steps: list[Step] = [lambda text: _MAILBOX.sub("[e-mail]", text) if "@" in text else text]
    if rules.at and rules.dot:
        at = rf" ?(?:[(\[{{] ?)?(?:{'|'.join(rules.at)})(?: ?[)\]}}])? ?"
        dot = rf" ?(?:[(\[{{] ?)?(?:{'|'.join(rules.dot)}|\.)(?: ?[)\]}}])? ?"
        domain = rf"[\w-]+(?:{dot}(?:com|net|org|co{dot}uk|uk|gov|ac|me|info|de|fr|cz|dk|eu))+\b"
        steps.append(
            _replacing(rf"\b[\w-]+(?:(?: (?:{'|'.join(rules.joins) or '(?!)'}) |[.+])[\w-]+)*{at}{domain}", "e-mail")
        )
    return steps


def _handles(language: LanguageRules) -> list[Step]:
    rules = language.handles
    if rules is None:
        return []
    never = frozenset(language.names.never.split())
    platforms = re.compile(rules.platforms, re.IGNORECASE)

    def step(pattern: str, is_before: bool) -> Step:
        filled = pattern.replace("{platform}", rf"(?:{rules.platforms})\b")
        filled = filled.replace("{token}", _PLAIN).replace("{special}", _SPECIAL).replace("'", "['’]")
        compiled = re.compile(rf"{filled}\s*({_PLAIN})" if is_before else filled, re.IGNORECASE)

        def replace(match: re.Match[str]) -> str:
            token = match[1]
            if token.lower() in never or platforms.fullmatch(token):
                return match[0]
            begin, end = match.start(1) - match.start(), match.end(1) - match.start()
            return f"{match[0][:begin]}[handle]{match[0][end:]}"

        return lambda text: compiled.sub(replace, text)

    return [*(step(pattern, True) for pattern in rules.before), *(step(pattern, False) for pattern in rules.after)]


def _addresses(language: LanguageRules) -> list[Step]:
    """Street addresses: `{name}` is a word of a street's name, `{Name}` one that begins with a capital letter."""
    excluded = "|".join(map(re.escape, language.not_in_streets.split()))
    small = rf"(?!(?:{excluded})\b)[^\W\d_][\w'’.]*" if excluded else r"[^\W\d_][\w'’.]*"
    fillings = {"{name}": rf"(?:{CAPITALISED}|{small})", "{Name}": CAPITALISED, "{street}": language.street}

    def step(pattern: str) -> Step:
        for name, filling in fillings.items():
            pattern = pattern.replace(name, filling)
        compiled = re.compile(pattern, re.IGNORECASE)

        def replace(match: re.Match[str]) -> str:
            return f"{match[0][: match.start(compiled.groups) - match.start()]}[address]"

        return lambda text: compiled.sub(replace, text)

    return [step(pattern) for pattern in language.addresses]
