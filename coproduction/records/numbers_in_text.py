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

SHORTEST_OWN = 3
"""Figures, or words for figures, of a number after a word like "account"."""

SHORTEST_SPELLED = 5
"""Letters and figures that are spelled out one by one and make a code, like a postcode's."""

SHORTEST_PHONE = 7
CARD = range(13, 20)
CURRENCIES = "£$€"
CUE_WITHIN = 25
"""Characters before a number in which a word like "call" is looked for."""

_CANDIDATE = re.compile(
    r"(?<!\w)(?<![£$€])(?<!\d[.,])[+(]{0,2}\d(?:[ \t\u00a0().\-/–_]{0,4}\d){4,}(?! ?%|\d)(?: ?(?:ext|x)\.? ?\d{1,5}\b)?"
)
_WITH_COMMAS = re.compile(r"(?<![\d,])0\d{2,4}(?:, ?\d{2,4}){2,3}\b(?!,\d)")
_IBAN = re.compile(
    r"\b(?:[A-Z]{2}|(?-i:[A-Z]{2}) )\d{2} ?[A-Z0-9]{4}(?: ?(?=[A-Z]{0,3}\d)[A-Z0-9]{4}){2,7}(?: ?\d{1,3})?\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?![A-Z]\d{4}\b)(?=[\w-]{0,30}\d[\d-]{0,9}\d[\d-]{0,9}\d[\d-]{0,9}\d)[A-Z][A-Z0-9-]{4,}\b", re.IGNORECASE
)
"""Letters and four or more figures in one: somebody's number with some authority or company. Not a road's."""

_WALLET = re.compile(r"\b(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{20,}\b", re.IGNORECASE)
"""Twenty and more letters and figures in one: a key or an account of a machine's making."""

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_MIXED = (
    r"(?:(?-i:[A-Z]{1,4}) (?=\d))?(?=[\w/-]*\d)[A-Z0-9][A-Z0-9/-]*(?: (?:(?-i:[A-Z]) )?[A-Z0-9/-]*\d[A-Z0-9/-]*)*"
    r"(?: (?-i:[A-Z]{1,3})\b)?"
)


class NumberRules(msgspec.Struct, frozen=True):
    """A language's words about numbers.

    `own_number` and `call` are regular expressions: what makes the number after it one of the person's own, and a
    telephone number. Right after `told` such a number may look like a year. After `secret` stands a password. `digits`
    are the words for figures, `single_digits` those for one, `letters` those by which letters are spelled.
    """

    own_number: str | None = None
    secret: str | None = None
    told: str = "(?!)"
    call: str | None = None
    digits: list[str] = []
    single_digits: list[str] = []
    letters: list[str] = []
    alternatives: list[str] = []


class NumbersInText:
    """Replaces numbers that lead to a person; counts, sums, years and short numbers stay.

    `region` is the country whose telephone numbers are known without their country code; `checked` names
    python-stdnum's modules for its identity numbers, like `gb.nhs`.
    """

    def __init__(self, rules: NumberRules, region: str, checked: Sequence[str] = ()) -> None:
        self._region = region
        self._checks: list[Any] = [get_cc_module(*name.split(".")) for name in checked]
        nothing = r"(?!)"
        own = rules.own_number or nothing
        self._call = re.compile(rf"(?:{rules.call or nothing})[^\d\n]{{0,{CUE_WITHIN}}}$", re.IGNORECASE)
        self._told = re.compile(f"{rules.told}$", re.IGNORECASE)
        self._own = re.compile(rf"({own})({_MIXED})", re.IGNORECASE)
        self._secret = re.compile(rf"({rules.secret or nothing})[^\s,;]+", re.IGNORECASE)
        digit = "|".join(rules.digits) or nothing
        more = rf"(?:[ ,-]+(?:{digit}|\d+))"
        self._spoken = re.compile(
            rf"\b(?:(?:{digit}){more}{{{LONG - 1},}}|\d[\d ]{{0,20}}[ ,-]{{1,3}}(?:{digit}){more}{{2,}})\b",
            re.IGNORECASE,
        )
        self._own_spoken = re.compile(rf"({own})\b(?:{digit}){more}{{{SHORTEST_OWN - 1},}}\b", re.IGNORECASE)
        single = "|".join(rules.single_digits) or nothing
        letters = "|".join(rules.letters) or nothing
        sign = rf"(?:[a-z]|\d\d?|{single}|{letters})"
        self._spelled = re.compile(
            rf"\b(?:[a-z]{{1,2}}|\d|{letters})(?:[ .-]+{sign}){{{SHORTEST_SPELLED - 1},}}\b", re.IGNORECASE
        )
        self._single = frozenset(rules.single_digits)
        others = "|".join(map(re.escape, rules.alternatives)) or nothing
        self._other = re.compile(rf"(\[number\] ?(?:{others}) ?)\d{{3,}}\b", re.IGNORECASE)

    def told(self, text: str) -> str:
        """The text with what follows a word like "account" replaced, and codes that are spelled out."""
        text = self._secret.sub(rf"\1{KIND}", text)
        text = self._own.sub(self._replace_own, text)
        return self._spelled.sub(self._replace_spelled, text)

    def replaced(self, text: str) -> str:
        """The text with these numbers replaced."""
        text = self._spoken.sub(KIND, text)
        text = self._own_spoken.sub(rf"\1{KIND}", text)
        if not any(character.isdigit() for character in text):
            return text
        text = _IBAN.sub(
            lambda match: KIND if iban.is_valid(match[0]) or _looks_like_iban(match[0]) else match[0], text
        )
        text = _WITH_COMMAS.sub(KIND, text)
        text = _WALLET.sub(KIND, text)
        text = _CODE.sub(KIND, text)
        text = _CANDIDATE.sub(self._replace, text)
        return self._other.sub(rf"\1{KIND}", text)

    def _replace_own(self, match: re.Match[str]) -> str:
        if match[1][-1] in CURRENCIES:
            return match[0]
        figures = sum(character.isdigit() for character in match[2])
        is_year = _YEAR.fullmatch(match[2]) and not self._told.search(match[1])
        return f"{match[1]}{KIND}" if figures >= SHORTEST_OWN and not is_year else match[0]

    def _replace_spelled(self, match: re.Match[str]) -> str:
        signs = re.split(r"[ .-]+", match[0].lower())
        figures = sum(sign.isdigit() or sign in self._single for sign in signs)
        return KIND if 1 <= figures <= len(signs) - 2 else match[0]

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
            or self._is_called(match)
            or (len(figures) >= SHORTEST_PHONE and any(phonenumbers.PhoneNumberMatcher(written, self._region)))
        )
        return KIND if is_own else written

    def _is_called(self, match: re.Match[str]) -> bool:
        """Whether a word like "call" stands before a number: then a short one is a telephone number, too."""
        return bool(self._call.search(match.string[max(0, match.start() - 2 * CUE_WITHIN) : match.start()]))


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
