"""The calendar file."""

import datetime as dt

import pytest
from icalendar import Calendar

from coproduction.opportunities.model import OpportunityView
from coproduction.web.calendar import calendar_of, days_of, has_time

TODAY = dt.date(2030, 6, 1)


def view(starts=None, ends=None, **more):
    return OpportunityView("t:1", "Plant bulbs", starts_on=starts, ends_on=ends, **more)


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last"),
    [
        (dt.date(2030, 9, 30), None, dt.date(2030, 9, 30), dt.date(2030, 9, 30)),
        (dt.date(2030, 9, 30), dt.date(2030, 10, 2), dt.date(2030, 9, 30), dt.date(2030, 10, 2)),
        (dt.date(2030, 7, 1), dt.date(2030, 9, 30), dt.date(2030, 7, 1), dt.date(2030, 7, 1)),
        (dt.date(2030, 1, 1), dt.date(2030, 9, 30), TODAY, TODAY),
        (None, dt.date(2030, 9, 30), dt.date(2030, 9, 30), dt.date(2030, 9, 30)),
        (dt.date(2030, 1, 1), None, dt.date(2030, 1, 1), dt.date(2030, 1, 1)),
    ],
    ids=["a day", "three days", "a season", "a season that goes on", "a last day", "begun, without an end"],
)
def test_a_short_one_takes_its_days_and_a_long_one_its_first(starts, ends, first, last):
    assert days_of(view(starts, ends), TODAY) == (first, last)


def test_the_file_can_be_read_by_calendar_programs():
    told = view(dt.date(2030, 9, 30), summary="Bulbs; and, soil", first_step="Buy\nten", address="The Green")
    (event,) = Calendar.from_ical(calendar_of([told], "Anyborough Council", TODAY)).walk("VEVENT")
    assert event["summary"] == "Plant bulbs"
    assert (event["dtstart"].dt, event["dtend"].dt) == (dt.date(2030, 9, 30), dt.date(2030, 10, 1))
    assert event["location"] == "The Green"
    assert "Bulbs; and, soil\n\nBuy\nten" in event["description"]


def test_what_an_official_typed_adds_no_lines_to_the_file():
    told = view(TODAY, address="Here\r\nATTENDEE:mailto:someone@example.org")
    (event,) = Calendar.from_ical(calendar_of([told], "Council", TODAY)).walk("VEVENT")
    assert "attendee" not in event


def test_without_a_day_there_is_no_time():
    assert not has_time(view())
    assert has_time(view(TODAY))
