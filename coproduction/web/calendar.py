"""A calendar file (RFC 5545) of the opportunities that have a time."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from icalendar import Calendar, Event

from coproduction.opportunities.model import OpportunityView

LONGEST_EVENT = dt.timedelta(days=7)
"""What goes on longer is no event that fills a calendar: its first day is marked."""

_DAY = dt.timedelta(days=1)


def has_time(view: OpportunityView) -> bool:
    """Whether it begins or ends on a day that is known."""
    return view.starts_on is not None or view.ends_on is not None


def calendar_of(views: Iterable[OpportunityView], council: str, today: dt.date) -> bytes:
    """The file, with one event of whole days for each opportunity."""
    calendar = Calendar()
    calendar.add("prodid", "-//Coproduction//Suggestions//EN")
    calendar.add("version", "2.0")
    for view in views:
        calendar.add_component(_event(view, council, today))
    content: bytes = calendar.to_ical()
    return content


def _event(view: OpportunityView, council: str, today: dt.date) -> Event:
    first, last = days_of(view, today)
    event = Event()
    event.add("uid", f"{hashlib.sha256(view.id.encode()).hexdigest()[:32]}@coproduction")
    event.add("dtstamp", dt.datetime.now(dt.timezone.utc))
    event.add("summary", view.title)
    event.add("dtstart", first)
    event.add("dtend", last + _DAY)  # the day after, as the format wants it
    event.add("description", "\n\n".join(filter(None, (view.summary, view.first_step, view.link, council))))
    if view.address:
        event.add("location", view.address)
    return event


def days_of(view: OpportunityView, today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day to put into a calendar: all of a short one, of a long one the first day that is not over."""
    first = view.starts_on or view.ends_on or today
    last = view.ends_on or first
    first = min(max(first, today), last) if last >= today else first
    return (first, last) if last - first < LONGEST_EVENT else (first, first)
