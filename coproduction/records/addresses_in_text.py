"""Street addresses in text, by a language's patterns."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

KIND = "[address]"

CAPITALISED = r"(?-i:[^\W\d_a-zß-öø-ÿ])[\w'’-]{0,40}"
"""A word that begins with a capital letter (or one of a script without small letters), as a regular expression."""

_COORDINATES = re.compile(r"-?\b\d{1,3}\.\d{3,}°? ?[NS]?[,;/ ] *-?\d{1,3}\.\d{3,}\b(?:°? ?[EW]\b)?")


class AddressRules(msgspec.Struct, frozen=True):
    """How a language writes addresses.

    `patterns` are regular expressions without regard to case; where there is a group, only that is replaced. In them
    `{name}` stands for a word that may be part of a street's name, `{Name}` for one with a capital letter, and
    `{KEY}` for what `parts` says of KEY. `not_in_names` are words that are no part of a street's name where they
    stand small, or in a text of capitals: "20 minutes down the road". `joins` join the parts of an address.
    """

    patterns: list[str] = []
    parts: dict[str, str] = {}
    not_in_names: str = ""
    joins: list[str] = []


class AddressesInText:
    """Replaces addresses and coordinates."""

    def __init__(self, rules: AddressRules) -> None:
        words = rules.not_in_names.split()
        small = "|".join(map(re.escape, words)) or "(?!)"
        capitals = "|".join(re.escape(word.upper()) for word in words) or "(?!)"
        self._fillings = {
            "{name}": rf"(?!(?-i:{capitals})(?![\w'’-]))"
            rf"(?:{CAPITALISED}|(?!(?:{small})(?![\w'’-]))[^\W\d_][\w'’.-]{{0,40}})",
            "{Name}": rf"(?!(?-i:{capitals})(?![\w'’-])){CAPITALISED}",
        }
        for key, part in rules.parts.items():
            self._fillings[f"{{{key}}}"] = self._filled(part)
        self._patterns: Sequence[re.Pattern[str]] = [
            re.compile(self._filled(pattern), re.IGNORECASE) for pattern in rules.patterns
        ]

        joins = "|".join(map(re.escape, rules.joins)) or "(?!)"
        self._parts = re.compile(rf"\[address\](?:(?:,|,? (?:{joins}))? ?\[address\])+", re.IGNORECASE)

    def _filled(self, pattern: str) -> str:
        pattern = pattern.replace("'", "['’]")
        for name, filling in self._fillings.items():
            pattern = pattern.replace(name, filling)
        return pattern

    def replaced(self, text: str) -> str:
        """The text with these addresses replaced."""
        text = _COORDINATES.sub(KIND, text)
        for pattern in self._patterns:
            text = pattern.sub(replaced_group, text)
        return self._parts.sub(KIND, text)


def replaced_group(match: re.Match[str], kind: str = KIND) -> str:
    """What was found, with its last group (all of it, where it has none) replaced by a kind."""
    group = match.re.groups
    begin, end = match.start(group) - match.start(), match.end(group) - match.start()
    return f"{match[0][:begin]}{kind}{match[0][end:]}"
