"""Reading a feed of the UK volunteering data standard (JSON-LD): activities, their sessions and organisations.

Both published forms are understood: a graph of activities, and organisations with activities and roles inside
(https://volunteeringdata.io/publishing-opportunities-data). Feeds carry neither sector nor effort nor company.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from collections.abc import Iterator
from statistics import median
from typing import Any

import msgspec

from coproduction.opportunities.columns import LINK_LENGTH, OLDEST, TITLE_LENGTH, read_link
from coproduction.opportunities.model import FEED_MIN_AGE
from coproduction.opportunities.plain_text import plain_text, shorten
from coproduction.opportunities.reading import Item, Reading, RowError

TITLE_SHOWN, SUMMARY_SHOWN = 120, 400
"""How much of a feed's title and description a card shows, in characters."""

LONGEST_SESSION = 12 * 60
"""A session of more minutes than this is a period in which one may come, not a length of time."""

Node = dict[str, Any]

_BEGINNINGS = ("beginning", "begining", "begin", "start")  # "begining" is how a large publisher spells it
_MUST_BE = re.compile(r"(?:must be|minimum age(?: is| of|:)?|must be aged?)\s+(?:at least |over |aged )?(\d\d)\b", re.I)
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?", re.ASCII)


class FeedError(ValueError):
    """The file is not a feed at all; the message says why."""


def read_feed(content: bytes) -> Reading:
    """Read a feed whole, with every error in it. Raises `FeedError` where it is not JSON or holds no activity."""
    try:
        document = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FeedError(f"it is not JSON ({error})") from error
    organisations = {_identifier(node): _name(node) for node in _nodes(document) if _is(node, "Organisation")}
    items: list[Item] = []
    errors: list[RowError] = []
    named: dict[str, int] = {}
    for number, (node, publisher) in enumerate(_activities(document, None), start=1):
        identifier = _identifier(node) or _derived_identifier(node)
        where = f"item {number} (id {identifier[:80]})"
        item, reason = _read_activity(node, identifier, _organisation(node, organisations) or publisher)
        if (first := named.setdefault(identifier, number)) != number:
            errors.append(RowError(where, "id", f"is already item {first}"))
        elif item:
            items.append(item)
        else:
            errors.append(RowError(where, *reason))
    if not named:
        raise FeedError("it holds no activity")
    return Reading(items, errors, frozenset(named))


def _nodes(value: Any) -> Iterator[Node]:
    for part in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        yield from _nodes(part)
    if isinstance(value, dict):
        yield value


def _activities(value: Any, publisher: str | None) -> Iterator[tuple[Node, str | None]]:
    """Every activity with the name of the organisation it stands in."""
    if isinstance(value, list):
        for part in value:
            yield from _activities(part, publisher)
    elif isinstance(value, dict):
        if _is(value, "Activity"):
            yield value, publisher
            return
        publisher = _name(value) if "activity" in value else publisher
        for key, part in value.items():
            if key == "activity":
                yield from ((node, publisher) for node in _list(part) if isinstance(node, dict))
            elif key not in ("@context", "context"):
                yield from _activities(part, publisher)


def _is(node: Node, kind: str) -> bool:
    types = _list(node.get("type", node.get("@type")))
    return any(isinstance(name, str) and re.split(r"[/#:]", name)[-1] == kind for name in types)


def _list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _plain(node: Node, *keys: str) -> str:
    """The first of these properties that says something, as plain text."""
    for key in keys:
        for value in _list(node.get(key)):
            value = value.get("@value", value.get("value")) if isinstance(value, dict) else value
            if isinstance(value, (str, int, float)) and (text := plain_text(str(value))):
                return text
    return ""


def _identifier(node: Node) -> str:
    return _plain(node, "id", "@id")


def _derived_identifier(node: Node) -> str:
    """An id for an activity that has none: the standard's own example leaves it out."""
    return "x" + hashlib.sha256(f"{_link(node)} {_title(node)}".encode()).hexdigest()[:16]


def _name(node: Node) -> str | None:
    return shorten(_plain(node, "name", "label", "title"), TITLE_LENGTH) or None


def _organisation(node: Node, known: dict[str, str | None]) -> str | None:
    for value in _list(node.get("organisation")):
        name = _name(value) or known.get(_identifier(value)) if isinstance(value, dict) else known.get(str(value))
        if name:
            return name
    return None


def _title(node: Node) -> str:
    return shorten(_plain(node, "label", "title", "name").strip(" -–—|:;,*"), TITLE_SHOWN)


def _parts(node: Node, key: str) -> list[Node]:
    return [part for part in _list(node.get(key)) if isinstance(part, dict)]


def _link(node: Node) -> str:
    for part in (node, *_parts(node, "role"), *_parts(node, "session")):
        if link := part.get("applyLink") or part.get("applylink"):
            link = link.get("@id", "") if isinstance(link, dict) else link
            return str(link).strip()[: LINK_LENGTH + 1]
    return ""


def _read_activity(node: Node, identifier: str, organisation: str | None) -> tuple[Item | None, tuple[str, str]]:
    if not re.fullmatch(r"[^\s\"'<>\\]{1,200}", identifier):
        return None, ("id", "has spaces or quotes, or more than 200 characters")
    if not (title := _title(node)):
        return None, ("label", "is empty, and must not be")
    try:
        link = read_link(_link(node))
    except ValueError:
        return None, ("applyLink", "is not a web address with https:// or http://")
    parts = (node, *_parts(node, "role"))
    description = " ".join(filter(None, (_plain(part, "description") for part in parts)))
    commitment = " ".join(filter(None, (_plain(part, "commitment") for part in parts)))
    sessions = list(_session_times(node))
    values = {
        "title": title,
        "summary": "" if description == title else shorten(description, SUMMARY_SHOWN),
        "first_step": _first_step(sessions),
        "link": link,
        "organisation": organisation,
        "min_age": _minimum_age(parts, description),
        "max_age": None,
        "starts_on": None,  # what is in a feed can be signed up for now, whenever it takes place
        "ends_on": max((end.date() for _, end in sessions), default=None),
        **_whereabouts(node, parts),
    }
    return Item(identifier, values, None, _session_minutes(sessions), f"{description} {commitment}"), ("", "")


def _session_times(node: Node) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    for session in _parts(node, "session"):
        for time in _parts(session, "time"):
            begins = next((moment for key in _BEGINNINGS if (moment := _moment(time.get(key)))), None)
            ends = _moment(time.get("end"))
            if begins or ends:
                times = sorted(moment for moment in (begins, ends) if moment)
                yield times[0], times[-1]


def _moment(value: Any) -> dt.datetime | None:
    if isinstance(value, dict):
        value = value.get("@value", value.get("value"))
    written = _LOCAL_TIME.match(str(value).strip())
    try:
        return dt.datetime.fromisoformat(written.group()) if written else None
    except ValueError:
        return None


def _first_step(sessions: list[tuple[dt.datetime, dt.datetime]]) -> str:
    days = {moment.date() for session in sessions for moment in session}
    if not days:
        return "Sign up through the link."
    if len(days) > 1:
        return "Sign up through the link; it shows the dates."
    day = days.pop()
    return f"Sign up through the link. It takes place on {day.day} {day:%B %Y}."


def _session_minutes(sessions: list[tuple[dt.datetime, dt.datetime]]) -> int | None:
    lengths = [(end - begin).total_seconds() / 60 for begin, end in sessions]
    lengths = [length for length in lengths if 0 < length <= LONGEST_SESSION]
    return round(median(lengths)) if lengths else None


def _minimum_age(parts: tuple[Node, ...], description: str) -> int:
    """The highest minimum age the feed states; 18 where it states none, more where the text asks for more."""
    stated = [int(age) for part in parts if (age := _plain(part, "minimumAge")).isdecimal() and int(age) <= OLDEST]
    if stated:
        return max(stated)
    return max([FEED_MIN_AGE, *(int(age) for age in _MUST_BE.findall(description))])


def _whereabouts(node: Node, parts: tuple[Node, ...]) -> dict[str, Any]:
    """Place and, for what is not done from home, where it is: the first location with usable coordinates."""
    remote = any(part.get("allowsRemoteParticipation") in (True, "true") for part in parts)
    found: dict[str, Any] = {"place": 1 if remote else 3, "latitude": None, "longitude": None, "address": None}
    locations = [spot for part in (node, *_parts(node, "session")) for spot in _parts(part, "location")]
    for spot in locations if not remote else ():
        point = _degrees(spot.get("latitude"), 90), _degrees(spot.get("longitude"), 180)
        if None not in point and point != (0.0, 0.0):  # 0, 0 is how publishers write "unknown"
            address = shorten(_plain(spot, "address", "name"), TITLE_LENGTH) or None
            return {**found, "latitude": point[0], "longitude": point[1], "address": address}
    return found


def _degrees(value: Any, limit: int) -> float | None:
    if isinstance(value, dict):
        value = value.get("@value", value.get("value"))
    try:
        degrees = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= limit else None
