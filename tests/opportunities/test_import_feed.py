"""Importing a volunteering feed: what is read from it however untidy it is, and what stays an official's decision."""

import datetime as dt
import json
from pathlib import Path

import pytest

from coproduction.errors import UserError
from coproduction.opportunities.importing import import_file
from coproduction.opportunities.matching import Catalogue, Wishes
from coproduction.opportunities.review import drafts, publish, reject
from coproduction.opportunities.volunteering_feed import FeedError, read_feed
from tests.opportunities.catalogue_files import activity, feed_bytes, rows, statuses

REAL_FEED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "teamkinetic-activities.jsonld"


def session(begin, end, **properties):
    """A session as a large publisher spells it."""
    return {"id": "s1", "time": [{"id": "t1", "begining": begin, "end": end}], **properties}


def read_one(**properties):
    """The values of the one activity with these properties."""
    reading = read_feed(feed_bytes(activity(**properties)))
    assert reading.errors == []
    (item,) = reading.items
    return item.values


def place_at(**location):
    return read_one(session=[session("2026-12-05T09:00:00", "2026-12-05T11:00:00", location=[location])])


@pytest.fixture
def bring_in(engine, tmp_path):
    """Imports a feed with these activities into a database of each kind."""

    def run(*nodes, **options):
        path = tmp_path / "feed.jsonld"
        path.write_bytes(feed_bytes(*nodes))
        result = import_file(engine, path, **options)
        names = ("new", "changed", "unchanged", "withdrawn", "returned")
        return {name: count for name in names if (count := getattr(result, name))}

    return run


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("River wardens\r\n", "River wardens"),
        ("  Tea &amp; cake\r\rhelpers ", "Tea & cake helpers"),
        ("Tea &amp;amp; cake", "Tea & cake"),
        ("<b>Walk leaders</b> &ndash; wanted", "Walk leaders – wanted"),
        ("*** Seed sorters: ***", "Seed sorters"),
        ({"@value": "Hedge planters", "@language": "en"}, "Hedge planters"),
        (["", "Path menders"], "Path menders"),
        ("Counting hedgehogs in every garden of the parish " * 4, None),
    ],
)
def test_titles_become_plain_and_short(label, title):
    found = read_one(label=label)["title"]
    assert found == title or (title is None and len(found) <= 120 and found.endswith("…"))


def test_descriptions_lose_their_markup_and_end_with_a_sentence():
    first = "We clear the brook &amp; its banks.\r\n<script>alert(1)</script><p>Boots are lent. "
    summary = read_one(description=first + "Afterwards there is soup for everybody who came along. " * 12)["summary"]
    assert summary.startswith("We clear the brook & its banks. Boots are lent. Afterwards")
    assert summary.endswith("came along.")
    assert len(summary) <= 400


def test_a_description_that_repeats_the_title_is_left_out():
    assert read_one(label="Wardens\r\n", description="Wardens\r")["summary"] == ""


@pytest.mark.parametrize("spelling", ["beginning", "begining", "begin", "start"])
@pytest.mark.parametrize("moment", ["2026-12-05T09:00:00", "2026-12-05T09:00:00Z", "2026-12-05T09:00Z", "2026-12-05"])
def test_a_session_is_understood_however_it_is_written(spelling, moment):
    sessions = [{"time": [{spelling: moment, "end": {"@value": "2026-12-05T11:30:00+00:00"}}]}]
    values = read_one(session=sessions)
    assert values["ends_on"] == dt.date(2026, 12, 5)
    assert values["first_step"] == "Sign up through the link. It takes place on 5 December 2026."


def test_of_many_sessions_the_last_ends_it_and_the_usual_length_counts():
    sessions = [session(f"2026-12-{day:02}T09:00:00", f"2026-12-{day:02}T11:00:00") for day in range(1, 29)]
    sessions += [session("2026-01-01T09:00:00", "2027-03-31T17:00:00"), session("soon", "2026-13-45"), {"time": None}]
    (item,) = read_feed(feed_bytes(activity(session=sessions))).items
    assert item.session_minutes == 120
    assert item.values["starts_on"] is None
    assert item.values["ends_on"] == dt.date(2027, 3, 31)
    assert item.values["first_step"] == "Sign up through the link; it shows the dates."


def test_without_dates_there_is_no_end():
    values = read_one(session=[])
    assert values["ends_on"] is None
    assert values["first_step"] == "Sign up through the link."


@pytest.mark.parametrize(
    ("properties", "age"),
    [
        ({}, 18),
        ({"minimumAge": 14}, 14),
        ({"minimumAge": "16"}, 16),
        ({"minimumAge": 14, "role": [{"minimumAge": 16}]}, 16),
        ({"minimumAge": 999}, 18),
        ({"description": "Drivers must be at least 21 years old."}, 21),
        ({"description": "You must be over 16."}, 18),
    ],
)
def test_nobody_is_sent_where_they_may_be_too_young(properties, age):
    assert read_one(**properties)["min_age"] == age


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ({"latitude": 52.5, "longitude": -1.9, "address": "1 Mill Lane"}, (52.5, -1.9, "1 Mill Lane")),
        ({"latitude": {"@value": "52.5"}, "longitude": "-1.9", "address": " "}, (52.5, -1.9, None)),
        ({"latitude": 0, "longitude": 0, "address": "1 Mill Lane"}, (None, None, None)),
        ({"latitude": 520.5, "longitude": -1.9}, (None, None, None)),
        ({"latitude": "north", "longitude": None}, (None, None, None)),
    ],
)
def test_a_place_needs_usable_coordinates(location, expected):
    values = place_at(**location)
    assert (values["latitude"], values["longitude"], values["address"]) == expected
    assert values["place"] == 3


def test_what_can_be_done_remotely_is_at_home_and_nowhere_else():
    values = read_one(allowsRemoteParticipation=True, location=[{"latitude": 52.5, "longitude": -1.9}])
    assert (values["place"], values["latitude"]) == (1, None)


@pytest.mark.parametrize(
    ("properties", "error"),
    [
        ({"label": " \r\n"}, "item 2 (id bad), label: is empty, and must not be"),
        ({"label": None}, "item 2 (id bad), label: is empty, and must not be"),
        ({"applyLink": "javascript:alert(1)"}, "item 2 (id bad), applyLink: is not a web address"),
        ({"applyLink": None}, "item 2 (id bad), applyLink: is not a web address"),
        ({"applyLink": "https://a.example/" + "x" * 5000}, "item 2 (id bad), applyLink: is not a web address"),
        ({"id": "a1"}, "item 2 (id a1), id: is already item 1"),
        ({"id": "two words"}, "item 2 (id two words), id: has spaces or quotes, or more than 200 characters"),
        ({"id": "x" * 5000}, "id: has spaces or quotes, or more than 200 characters"),
    ],
)
def test_what_is_wrong_with_an_item_is_said_with_its_number(properties, error):
    reading = read_feed(feed_bytes(activity(), activity(**{"id": "bad", **properties})))
    assert [item.external_id for item in reading.items] == ["a1"]
    (found,) = map(str, reading.errors)
    assert error in found
    assert len(found) < 250


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff\xfe",
        b'{"a": "\\ud800"}',
        b"[" * 100_000,
        b'{"@graph": []}',
        b'{"type": "Organisation"}',
        b"[1, null]",
    ],
)
def test_what_is_no_feed_is_refused(content):
    with pytest.raises(FeedError):
        read_feed(content)


def test_an_organisation_is_found_by_its_id_or_around_the_activity():
    known = {"id": "org1", "type": "Organisation", "name": "Friends of the &quot;Mill&quot;"}
    around = {"type": "Organisation", "name": "Hill Trust", "activity": [activity("a2")]}
    reading = read_feed(feed_bytes(activity(organisation="org1"), known, around, activity("a3", organisation="org9")))
    found = {item.external_id: item.values["organisation"] for item in reading.items}
    assert found == {"a1": 'Friends of the "Mill"', "a2": "Hill Trust", "a3": None}


def test_an_activity_inside_an_organisation_needs_neither_type_nor_id():
    nested = activity(
        label=None, title="Pond dippers", role=[{"applyLink": "https://a.example/1", "description": "Dip."}]
    )
    for name in ("id", "type", "applyLink", "description"):
        del nested[name]
    document = {"name": "Pond Trust", "activity": nested}
    first, second = (read_feed(json.dumps(document).encode()).items[0] for _ in range(2))
    assert first == second
    assert first.external_id.startswith("x")
    assert (first.values["title"], first.values["summary"], first.values["organisation"]) == (
        "Pond dippers",
        "Dip.",
        "Pond Trust",
    )


def test_items_are_drafts_with_suggestions_and_importing_twice_changes_nothing(engine, bring_in):
    assert bring_in(activity(), activity("a2")) == {"new": 2}
    before = rows(engine)
    assert statuses(engine) == {"volunteering:a1": "draft", "volunteering:a2": "draft"}
    assert set(drafts(engine)[0].suggested) >= {"sector", "effort", "company"}
    assert before["volunteering:a1"]["sector"] is None
    assert bring_in(activity("a2"), activity()) == {"unchanged": 2}
    assert rows(engine) == before


def test_what_left_the_feed_is_withdrawn_and_comes_back_as_it_was(engine, bring_in):
    bring_in(activity(), activity("a2"), activity("a3"))
    publish(engine, ["volunteering:a2"])
    assert bring_in(activity("a3")) == {"unchanged": 1, "withdrawn": 2}
    assert bring_in(activity("a3"), activity("a2"), activity()) == {"unchanged": 1, "returned": 2}
    assert statuses(engine) == {"volunteering:a1": "draft", "volunteering:a2": "published", "volunteering:a3": "draft"}


def test_what_an_official_rejected_stays_withdrawn(engine, bring_in):
    bring_in(activity(), activity("a2"))
    reject(engine, ["volunteering:a1"])
    bring_in(activity("a2"))
    bring_in(activity(label="Another title"), activity("a2"))
    assert statuses(engine)["volunteering:a1"] == "withdrawn"


def test_a_published_item_stays_published_and_corrected_when_the_feed_changes(engine, bring_in):
    bring_in(activity())
    publish(engine, ["volunteering:a1"], {"sector": "3", "place": "2", "first_step": "Ring the warden."})
    assert bring_in(activity(label="Brook wardens", minimumAge=16)) == {"changed": 1}
    row = rows(engine)["volunteering:a1"]
    assert (row["title"], row["min_age"]) == ("Brook wardens", 16)
    assert (row["status"], row["sector"], row["place"], row["first_step"]) == ("published", 3, 2, "Ring the warden.")


def test_a_changed_draft_is_suggested_anew(engine, bring_in):
    bring_in(activity(label="River wardens", description="Two hours a week."))
    assert drafts(engine)[0].suggested["minutes_per_month"].value == 520
    bring_in(activity(label="River wardens", description="One hour a month."))
    assert drafts(engine)[0].suggested["minutes_per_month"].value == 60


def test_one_bad_item_refuses_the_feed_unless_it_is_to_be_left_out(engine, bring_in):
    with pytest.raises(UserError) as refused:
        bring_in(activity(), activity("a2", label=""))
    assert refused.value.code == "import_refused"
    assert rows(engine) == {}
    assert bring_in(activity(), activity("a2", label=""), skip_errors=True) == {"new": 1}


def test_a_published_item_with_an_error_is_left_out_but_not_withdrawn(engine, bring_in):
    bring_in(activity(), activity("a2"))
    assert bring_in(activity(), activity("a2", label=""), skip_errors=True) == {"unchanged": 1}
    assert statuses(engine)["volunteering:a2"] == "draft"


@pytest.mark.skipif(not REAL_FEED.exists(), reason="The feed of a large publisher is not beside this checkout.")
def test_a_large_publishers_feed_comes_in_whole_and_can_be_suggested(sqlite_engine):
    assert import_file(sqlite_engine, REAL_FEED).new == 250
    before = rows(sqlite_engine)
    assert import_file(sqlite_engine, REAL_FEED).unchanged == 250
    assert rows(sqlite_engine) == before
    assert {row["status"] for row in before.values()} == {"draft"}
    today = dt.date.today()
    surest = [draft.id for draft in drafts(sqlite_engine) if draft.ends_on is None or draft.ends_on >= today][:40]
    assert publish(sqlite_engine, surest) == len(surest) > 3
    catalogue = Catalogue.load(sqlite_engine)
    suggestions = catalogue.rank(Wishes(today=today, seed="anyone", age=45, sector=3))
    assert len(suggestions) == 3
    assert {suggestion.opportunity.id for suggestion in suggestions} <= set(surest)
    assert all(suggestion.reasons for suggestion in suggestions)
