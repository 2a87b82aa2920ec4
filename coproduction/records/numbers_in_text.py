"""Telephone, bank, card and identity numbers in text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import phonenumbers
from stdnum import get_cc_module, iban, luhn

KIND = "[number]"
LONG = 6
"""Figures in a row that are a number of somebody's, unless they are a round sum."""

LONG_IN_GROUPS = 9
"""Figures in groups that are."""

SHORTEST_PHONE = 7
CARD = range(13, 20)
CUE_WITHIN = 25
"""Characters before a number in which a word like "call" is looked for."""

_CANDIDATE = re.compile(
    r"(?<!\w)(?<![£$€])(?<!\d[.,])[+(]{0,2}\d(?:[ \t\u00a0().\-/–_]{0,3}\d){4,}(?! ?%|\d)(?: ?(?:ext|x)\.? ?\d{1,5}\b)?"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z0-9]{4}(?: ?(?=[A-Z]{0,3}\d)[A-Z0-9]{4}){2,7}(?: ?\d{1,3})?\b", re.IGNORECASE)
_CODE = re.compile(r"\b(?![A-Z]\d{4}\b)(?=[\w-]*\d[\d-]*\d[\d-]*\d[\d-]*\d)[A-Z][A-Z0-9-]{4,}\b", re.IGNORECASE)
"""Letters and four or more figures in one: somebody's number with some authority or company. Not a road's."""

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_MIXED = r"(?=[\w/-]*\d[\w/-]*)[A-Z0-9][A-Z0-9/-]{2,}(?: [A-Z0-9/-]*\d[A-Z0-9/-]*)*"


class NumberRules(msgspec.Struct, frozen=True):
    """A language's words about numbers.

    `own_number` and `call` are regular expressions: what makes the number after it one of the person's own, and a
    telephone number. `digits` are the words for figures; `at`, `dot` and `joins` (underscore …)
    are those in an e-mail address that is spelled out.
    """

    own_number: str | None = None
    call: str | None = None
    digits: list[str] = []
    at: list[str] = []
    dot: list[str] = []
    joins: list[str] = []


class NumbersInText:
    """Replaces numbers that lead to a person; counts, sums, years and short numbers stay.

    `region` is the country whose telephone numbers are known without their country code; `checked` names
    python-stdnum's modules for its identity numbers, like `gb.nhs`.
    """

    def __init__(self, rules: NumberRules, region: str, checked: Sequence[str] = ()) -> None:
        self._region = region
        self._checks: list[Any] = [get_cc_module(*name.split(".")) for name in checked]
        nothing = r"(?!)"
        self._call = re.compile(rf"(?:{rules.call or nothing})[^\d\n]{{0,{CUE_WITHIN}}}$", re.IGNORECASE)
        self._own = re.compile(rf"({rules.own_number or nothing})({_MIXED})", re.IGNORECASE)
        digit = "|".join(rules.digits)
        spoken = rf"\b(?:{digit})(?:[ ,-]+(?:{digit}|\d+)){{{LONG - 1},}}\b" if digit else nothing
        self._spoken = re.compile(spoken, re.IGNORECASE)

    def replaced(self, text: str) -> str:
        """The text with these numbers replaced."""
        text = self._spoken.sub(KIND, text)
        if not any(character.isdigit() for character in text):
            return text
        text = _IBAN.sub(
            lambda match: KIND if iban.is_valid(match[0]) or _looks_like_iban(match[0]) else match[0], text
        )
        text = self._own.sub(self._replace_own, text)
        text = _CODE.sub(KIND, text)
        return _CANDIDATE.sub(self._replace, text)

    def _replace_own(self, match: re.Match[str]) -> str:
        figures = sum(character.isdigit() for character in match[2])
        return f"{match[1]}{KIND}" if figures >= 3 and not _YEAR.fullmatch(match[2]) else match[0]

    def _replace(self, match: re.Match[str]) -> str:
        written = match[0]
        groups = re.findall(r"\d+", written)
        figures = "".join(groups)
        if _is_sum(groups) or all(_YEAR.fullmatch(group) for group in groups) or _is_range(written, groups):
            return written
        is_own = (
            max(map(len, groups)) >= LONG
            or (len(figures) >= LONG_IN_GROUPS and len(groups) <= len(figures) / 2)
            or (len(figures) > LONG_IN_GROUPS and figures[0] == "0")
            or (len(figures) in CARD and luhn.is_valid(figures))
            or any(check.is_valid(figures) for check in self._checks)
            or (len(figures) >= SHORTEST_PHONE and self._is_phone(match, written))
        )
        return KIND if is_own else written

    def _is_phone(self, match: re.Match[str], written: str) -> bool:
        if self._call.search(match.string[max(0, match.start() - 2 * CUE_WITHIN) : match.start()]):
            return True
        return any(phonenumbers.PhoneNumberMatcher(written, self._region))


def _looks_like_iban(text: str) -> bool:
    """Two letters, and more figures than letters: an account's number with a slip in it."""
    return sum(character.isdigit() for character in text) >= 12


def _is_sum(groups: Sequence[str]) -> bool:
    """A count or sum in figures: 250000, or 10 000 000."""
    figures = "".join(groups)
    if figures[0] == "0" or not figures.endswith("000"):
        return False
    return len(groups) == 1 or all(len(group) == 3 for group in groups[1:])


def _is_range(written: str, groups: Sequence[str]) -> bool:
    """Two numbers of up to four figures with a dash between: 1200-1500."""
    return len(groups) == 2 and max(map(len, groups)) <= 4 and bool(re.search(r"[-–/]", written))
