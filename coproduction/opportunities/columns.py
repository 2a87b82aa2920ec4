"""What may stand in each column of the catalogue: one table of checks for files and for the officials' corrections."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from coproduction.opportunities.model import DEFAULT_MIN_AGE, Status
from coproduction.survey.scoring import effort_band
from coproduction.survey.topics import current_topics

TITLE_LENGTH, TEXT_LENGTH, LINK_LENGTH = 200, 2000, 2000
"""The longest title, summary or first step, and link, in characters."""

OLDEST = 120
MOST_MINUTES = 43_200
"""Thirty days, in minutes."""

NEEDED_TO_PUBLISH = ("sector", "effort", "company", "place")
"""What matching cannot do without."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Column:
    """How a column's text becomes a value: `read` raises ValueError where it is not what `expected` says."""

    read: Callable[[str], Any]
    expected: str
    required: bool = False
    default: Any = None


def _code(*codes: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if (code := _digits(text)) not in codes:
            raise ValueError
        return code

    return read


def _digits(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError
    return int(text)


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not low <= (number := _digits(text)) <= high:
            raise ValueError
        return number

    return read


def _degrees(limit: int) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]+)?", text) or abs(degrees := float(text)) > limit:
            raise ValueError
        return degrees

    return read


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        text = _CONTROLS.sub("", text).strip()
        if len(text) > longest or not text:
            raise ValueError
        return text

    return read


def _matching(pattern: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError
        return text

    return read


def _date(text: str) -> dt.date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError
    return dt.date.fromisoformat(text)


def read_link(text: str) -> str:
    """A web address as it may stand behind a button: http or https with a host; raises ValueError otherwise."""
    if len(text) > LINK_LENGTH or re.search(r"[\s\"'<>\\]", text) or _CONTROLS.search(text):
        raise ValueError
    address = urlsplit(text)
    if address.scheme.lower() not in ("http", "https") or not address.hostname or address.username is not None:
        raise ValueError
    return text


def _company(text: str) -> str:
    codes = sorted(set(text.split()))
    if not codes or not set(codes) <= {"1", "2", "3"}:
        raise ValueError
    return " ".join(codes)


def _topics(text: str) -> str:
    known = set(current_topics().names)
    names = text.split()
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"{', '.join(unknown)} not in the topic vocabulary (coproduction/survey/topics.yml)")
    return " ".join(dict.fromkeys(names))


COLUMNS: dict[str, Column] = {
    "id": Column(
        _matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"), "letters, digits, . _ - without spaces, at most 80", True
    ),
    "title": Column(_text(TITLE_LENGTH), f"a text of at most {TITLE_LENGTH} characters", True),
    "summary": Column(_text(TEXT_LENGTH), f"a text of at most {TEXT_LENGTH} characters", True),
    "first_step": Column(_text(TEXT_LENGTH), f"a text of at most {TEXT_LENGTH} characters", default=""),
    "link": Column(read_link, f"a web address with https:// or http://, at most {LINK_LENGTH} characters"),
    "organisation": Column(_text(TITLE_LENGTH), f"a text of at most {TITLE_LENGTH} characters"),
    "sector": Column(_code(1, 2, 3), "1, 2 or 3"),
    "topics": Column(_topics, "topic names separated by spaces", default=""),
    "effort": Column(_code(0, 1, 2, 3, 4), "0, 1, 2, 3 or 4"),
    "minutes_per_month": Column(_number(0, MOST_MINUTES), f"a whole number from 0 to {MOST_MINUTES}"),
    "company": Column(_company, "one or more of 1, 2 and 3, separated by spaces", default=""),
    "place": Column(_code(1, 2, 3), "1, 2 or 3"),
    "min_age": Column(_number(0, OLDEST), f"an age from 0 to {OLDEST}", default=DEFAULT_MIN_AGE),
    "max_age": Column(_number(0, OLDEST), f"an age from 0 to {OLDEST}"),
    "starts_on": Column(_date, "a date like 2026-12-05"),
    "ends_on": Column(_date, "a date like 2026-12-05"),
    "capacity": Column(_number(0, 100_000), "a whole number from 0 to 100000"),
    "latitude": Column(_degrees(90), "degrees from -90 to 90, with a point, like 52.48"),
    "longitude": Column(_degrees(180), "degrees from -180 to 180, with a point, like -1.89"),
    "address": Column(_text(TITLE_LENGTH), f"a text of at most {TITLE_LENGTH} characters"),
    "language": Column(_matching(r"[a-z]{2,3}(-[A-Z]{2})?"), "a language code like en", default="en"),
}
"""The template's columns, in its order."""

STATUS = Column(_matching("|".join(status.value for status in Status)), "draft, published or withdrawn")
"""The one optional column."""


def read_value(column: str, text: str) -> Any:
    """The value of one column; its default where the text is empty.

    Raises ValueError with the reason in words.
    """
    rule = STATUS if column == "status" else COLUMNS[column]
    text = text.strip()
    if not text:
        if rule.required:
            raise ValueError("is empty, and must not be")
        return rule.default
    try:
        return rule.read(text)
    except ValueError as error:
        shown = text if len(text) <= 40 else f"{text[:40]}… ({len(text)} characters)"
        detail = f"{rule.expected}: {error}" if column == "topics" else rule.expected
        raise ValueError(f"is {shown!r}, but must be {detail}") from None


def contradictions(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Column and reason where two values of a row cannot both be right."""
    if _after(values.get("starts_on"), values.get("ends_on")):
        yield "ends_on", "is before starts_on"
    if _after(values.get("min_age"), values.get("max_age")):
        yield "max_age", "is below min_age"
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        yield "latitude", "needs longitude, and the other way round"
    minutes, effort = values.get("minutes_per_month"), values.get("effort")
    if minutes is not None and effort is not None and not agrees(effort, minutes):
        yield "effort", f"is {effort}, but {minutes} minutes a month are effort {effort_band(minutes)}"


def agrees(effort: int, minutes: int) -> bool:
    """Whether an effort code and minutes a month go together; what fits in anyway (0) may take up to an hour."""
    return effort == effort_band(minutes) or (effort == 0 and minutes < 60)


def _after(first: Any, second: Any) -> bool:
    return first is not None and second is not None and first > second


def missing_to_publish(values: Mapping[str, Any]) -> list[str]:
    """The columns without which an opportunity cannot be published."""
    return [column for column in NEEDED_TO_PUBLISH if values.get(column) in (None, "")]
