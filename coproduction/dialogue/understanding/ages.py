"""Reading an age group from an age, a year of birth or a decade of life."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from coproduction.dialogue.understanding.language import Rules, rules_for
from coproduction.dialogue.understanding.phrases import Hit
from coproduction.dialogue.understanding.reading import Reading
from coproduction.survey.scoring import age_group

LAYER = "rules"
UNDER_13 = 0
"""The code of the age group that is too young for the interview: what ends it must be said and nothing else."""
OLDEST = 120
WIDEST_PROPOSED = 8
"""An answer that leaves more years open than this is not proposed as one group ("in my 40s")."""
ABOUT = 2
YOUNGEST_SAID = 5
"""Below this a number needs "years old" to be an age: "I'm one of them"."""
LEFTOVER_ALLOWED = 0
"""Words that say something else; with more of them a number is not surely the speaker's age."""
_BIRTH_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}([./ -])\d{1,2}\1(?P<year>\d{4}|\d{2})|(?P<first>\d{4})([./-])\d{1,2}\4\d{1,2})(?!\d)"
)
"""A date in figures, with the year last or first."""
_SPACED = re.compile(r"(?<![\d/.-])(?<!\d )([1-9]) (\d)(?! ?\d)")
"""Two figures that dictation set apart: "7 8"."""
UNREADABLE = ("ignore", "others", "negators")


class _Ages(NamedTuple):
    """The ages an answer allows, and whether it says plainly that they are the speaker's."""

    youngest: int
    oldest: int
    plain: bool = False


def read_age_group(text: str, today: date, *, language: str = "en", unasked: bool = False) -> Reading | None:
    """The age group that a message states, else None.

    Ages come from "61", "born in 1961", "early thirties" and the like. Where the ages left open lie in two groups
    the reading is not sure. A bare number up to 9 is the number of a choice. `unasked` only takes what is
    plainly said to be the speaker's age.
    """
    rules = rules_for(language)
    joined, spaced = _SPACED.subn(r"\1\2", year_of_birth(text))
    reading = read_age_words(rules, rules.words(joined), today, unasked=unasked)
    return replace(reading, sure=False) if reading is not None and spaced else reading


def year_of_birth(text: str) -> str:
    """A text with its dates in figures as years alone: "born 12/5/1961" is "born '1961"."""
    return _BIRTH_DATE.sub(lambda m: f"'{m['year'] or m['first']}", text)


def read_age_words(rules: Rules, words: Sequence[str], today: date, *, unasked: bool = False) -> Reading | None:
    """As `read_age_group`, from a message's words."""
    hits = {hit.start: hit for hit in rules.ages.find(words)}
    kinds = {hit.kind for hit in hits.values()}
    if "negators" in kinds:
        corrected = _after_negation(words, hits)
        return read_age_words(rules, corrected, today, unasked=unasked) if corrected else None
    found = list(_ages(rules, words, hits, today))
    plain = [ages for ages in found if ages.plain]
    if not plain and (unasked or kinds & set(UNREADABLE)):
        return None
    candidates = plain or found
    groups = {(age_group(ages.youngest), age_group(ages.oldest)) for ages in candidates}
    if not candidates or (len(groups) > 1 and "corrections" not in kinds):
        return None
    ages = candidates[-1]
    same_group = age_group(ages.youngest) == age_group(ages.oldest)
    if ages.oldest - ages.youngest > WIDEST_PROPOSED and not same_group:
        return None
    leftover = _leftover(rules, words, hits)
    group = age_group((ages.youngest + ages.oldest) // 2)
    numbers = sum(rules.number(words, at) is not None for at in range(len(words)))
    if group == UNDER_13 and numbers > 1 and unasked:
        return None
    needs_bare = group == UNDER_13 or not ages.plain
    doubtful = bool(kinds & {"doubts", "turns"}) or words[-1] == "?" or (needs_bare and leftover > LEFTOVER_ALLOWED)
    doubtful = doubtful or (group == UNDER_13 and (numbers > 1 or bool(kinds & set(UNREADABLE))))
    return Reading(group, same_group and not doubtful, LAYER)


def _after_negation(words: Sequence[str], hits: dict[int, Hit]) -> Sequence[str]:
    """What is said of oneself after the last negation: of "I'm not 12, I'm 42" the second half; else nothing."""
    negated = max(hit.end for hit in hits.values() if hit.kind == "negators")
    starts = (hit.start for hit in hits.values() if hit.kind == "self" and hit.start >= negated)
    return words[min(starts, default=len(words)) :]


def _ages(rules: Rules, words: Sequence[str], hits: dict[int, Hit], today: date) -> Iterator[_Ages]:
    """What each number, decade and named range in a message says about the speaker's age."""
    at = 0
    before: list[str] = []
    while at < len(words):
        hit = hits.get(at)
        if hit is not None and hit.kind in ("parts", "decades", "ranges"):
            ages, at = _named(rules, words, hits, at)
            if ages is not None:
                plain = "self" in before[-2:]
                yield ages._replace(plain=plain)
            before.append("age")
            continue
        number = rules.number(words, at)
        if number is not None and (hit is None or hit.end - hit.start == 1):
            value, end = number
            after = hits[end].kind if end in hits else (words[end] if end < len(words) else "")
            ages, at = _numbered(rules, words, hits, before, value, at, end, after, today)
            if ages is not None:
                yield ages
            before.append("number")
            continue
        if hit is None:
            if words[at] not in ("'", '"'):
                before.append("range" if words[at] == "-" else words[at])
            elif at + 1 < len(words) and words[at + 1].isdigit():
                before.append("born")
            at += 1
        else:
            if hit.kind not in ("fillers", "joins"):
                before.append(hit.kind)
            at = hit.end


def _named(rules: Rules, words: Sequence[str], hits: dict[int, Hit], at: int) -> tuple[_Ages | None, int]:
    """The ages of "teenager", "seventies", "late fifties"."""
    hit = hits[at]
    tables = rules.content.ages
    if hit.kind == "ranges":
        youngest, oldest = list(tables.ranges.values())[hit.code]
        return _Ages(youngest, oldest), hit.end
    first, last = 0, 9
    if hit.kind == "parts":
        first, last = list(tables.parts.values())[hit.code]
        while hit.end in hits and hits[hit.end].kind in ("fillers", "range", "parts"):
            if hits[hit.end].kind == "parts":
                last = list(tables.parts.values())[hits[hit.end].code][1]
            hit = hits[hit.end]
        following = hits.get(hit.end)
        if following is None or following.kind != "decades":
            return None, hit.end
        hit = following
    decade = list(tables.decades.values())[hit.code]
    return _Ages(decade + first, decade + last), hit.end


def _numbered(
    rules: Rules,
    words: Sequence[str],
    hits: dict[int, Hit],
    before: Sequence[str],
    value: float,
    at: int,
    end: int,
    after: str,
    today: date,
) -> tuple[_Ages | None, int]:
    """What a number says: an age, a year of birth, or the start of a range of ages; and where it ends."""
    born = "born" in before[-2:]
    if after == "born":
        return None, end  # the day before a month
    if value != int(value):
        value, born = int(value), False
    year = _year(words[at:end], int(value), born, today)
    if year is not None and not born and _leftover(rules, words, hits) > 0:
        return None, end  # a year among other words is the year of something else: "retired since 2005"
    if year is not None:
        return (_Ages(today.year - year - 1, today.year - year, born) if year <= today.year else None), end
    if value > OLDEST or born or after == "/" or before[-1:] in (["/"], ["range"]):
        return None, end
    if after == "range":
        upper = rules.number(words, end + 1) if end + 1 < len(words) else None
        if upper is not None and value < upper[0] <= OLDEST:
            return _Ages(int(value), int(upper[0])), upper[1]
    lately = before[-2:]
    is_old = after == "old" or (end < len(words) and words[end] == "+")
    said = bool(set(lately) & {"self", "old", "nearly", "over", "under"})
    other_thing = bool(after) and after.isalpha() and end not in hits
    if (
        other_thing
        or (after == "years" and (not said or _goes_on(words, end + 1)) and (at > 0 or len(words) > end + 1))
        or before[-1:] == ["years"]  # a school year
        or after in ("ignore", "others")
    ):
        return None, end
    if (value < 10 and not (said or is_old)) or (value < YOUNGEST_SAID and not is_old):
        return None, end
    of_others = "others" in _since_last_number(before)[-3:]
    plain = ("self" in lately or is_old) and not of_others
    return _around(int(value), lately, plain, alone=len(words) == end - at, after=after, plus=words[end : end + 1]), end


def _since_last_number(before: Sequence[str]) -> Sequence[str]:
    return before[max((at for at, kind in enumerate(before) if kind == "number"), default=-1) + 1 :]


def _leftover(rules: Rules, words: Sequence[str], hits: dict[int, Hit]) -> int:
    """How many words have nothing to do with an age, as far as known."""
    known = {i for hit in hits.values() for i in range(hit.start, hit.end)}
    for at in range(len(words)):
        number = rules.number(words, at)
        known |= set(range(at, number[1] if number else at))
    return sum(
        word.isalpha() and len(word) > 1 and i not in known and word not in rules.content.numbers.parts
        for i, word in enumerate(words)
    )


def _goes_on(words: Sequence[str], at: int) -> bool:
    """Whether something is said to be so many years: "I am ten years retired"."""
    return at < len(words) and words[at].isalpha()


def _around(age: int, lately: Sequence[str], plain: bool, *, alone: bool, after: str, plus: Sequence[str]) -> _Ages:
    """The ages around a number: "nearly 18", "over 80", "about 40"."""
    if "nearly" in lately or after == "nearly":
        return _Ages(age - 1, age - 1, plain)
    if "over" in lately or after == "over" or list(plus) == ["+"]:
        return _Ages(age, OLDEST, plain)
    if "under" in lately:
        return _Ages(0, age - 1, plain)
    if "about" in lately or after == "about":
        return _Ages(max(age - ABOUT, 0), age + ABOUT, plain)
    if alone and age == 10:
        return _Ages(10, 13, plain)  # may be the number of a choice: propose
    return _Ages(age, age, plain)


def _year(words: Sequence[str], value: int, born: bool, today: date) -> int | None:
    """A year of birth from four digits, or from two after "born" or an apostrophe."""
    if not words[0].isdigit():
        return value if today.year - OLDEST <= value <= today.year - YOUNGEST_SAID else None
    if len(words[0]) == 4 and today.year - OLDEST <= value <= today.year - YOUNGEST_SAID:
        return value
    if born and len(words[0]) == 2:
        century = today.year // 100 * 100
        return century + value if century + value <= today.year else century - 100 + value
    return None
