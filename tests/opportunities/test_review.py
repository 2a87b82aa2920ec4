"""Review: what an official sees of a draft, and what publishing takes."""

import datetime as dt

import msgspec
import pytest

from coproduction.errors import UserError
from coproduction.opportunities.review import drafts, publish, reject
from coproduction.opportunities.suggest import Guess
from tests.opportunities.catalogue_files import add, rows, statuses


def suggestion(**guesses):
    return msgspec.json.encode({column: Guess(*guess) for column, guess in guesses.items()}).decode()


SURE = suggestion(
    sector=(2, 0.9), effort=(3, 0.8), minutes_per_month=(260, 0.9), company=("3", 0.7), topics=("litter", 0.9)
)


@pytest.fixture
def filled(sqlite_engine):
    add(sqlite_engine, "feed:sure", status="draft", place=3, suggestion=SURE)
    add(
        sqlite_engine,
        "feed:unsure",
        status="draft",
        place=3,
        suggestion=suggestion(effort=(3, 0.2), company=("3", 0.2)),
    )
    add(sqlite_engine, "feed:silent", status="draft")
    add(sqlite_engine, "council:out", sector=1, effort=0, company="1", place=1)
    return sqlite_engine


def refused(engine, identifiers, edits=None):
    before = rows(engine)
    with pytest.raises(UserError) as error:
        publish(engine, identifiers, edits)
    assert rows(engine) == before
    return error.value.code, str(error.value)


def test_drafts_are_listed_with_the_surest_first(filled):
    found = drafts(filled)
    assert [draft.id for draft in found] == ["feed:sure", "feed:silent", "feed:unsure"]
    assert [draft.sure for draft in found] == [0.7, 0.0, 0.0]
    assert found[0].suggested["topics"] == Guess("litter", 0.9)
    assert found[1].suggested == {}


def test_publishing_takes_what_is_suggested(filled):
    assert publish(filled, ["feed:sure"]) == 1
    row = rows(filled)["feed:sure"]
    taken = {"sector": 2, "effort": 3, "minutes_per_month": 260, "company": "3", "topics": "litter"}
    assert {column: row[column] for column in taken} == taken
    assert (row["status"], row["place"]) == ("published", 3)
    assert drafts(filled)[0].id != "feed:sure"


def test_what_an_official_says_goes_before_what_is_suggested(filled):
    publish(filled, ["feed:sure"], {"sector": "3", "place": "2", "topics": "loneliness"})
    row = rows(filled)["feed:sure"]
    assert (row["sector"], row["place"], row["topics"], row["effort"]) == (3, 2, "loneliness", 3)
    assert {"sector", "place", "topics"} <= set(row["edited"].split())


@pytest.mark.parametrize(
    ("edits", "effort", "minutes"),
    [
        ({"effort": "1"}, 1, None),
        ({"effort": "3"}, 3, 260),
        ({"minutes_per_month": "30"}, 1, 30),
        ({"effort": "0", "minutes_per_month": "30"}, 0, 30),
    ],
)
def test_a_suggested_time_never_contradicts_the_officials(filled, edits, effort, minutes):
    publish(filled, ["feed:sure"], edits)
    row = rows(filled)["feed:sure"]
    assert (row["effort"], row["minutes_per_month"]) == (effort, minutes)


def test_what_matching_needs_is_asked_for(filled):
    code, sentence = refused(filled, ["feed:unsure"])
    assert code == "not_publishable"
    assert sentence.startswith("feed:unsure cannot be published without sector.")
    assert "without sector, effort, company, place." in refused(filled, ["feed:silent"])[1]
    assert publish(filled, ["feed:unsure"], {"sector": "1"}) == 1


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({"sector": "9"}, "sector is '9', but it must be 1, 2 or 3."),
        ({"link": "javascript:alert(1)"}, "link is 'javascript:alert(1)', but it must be a web address"),
        ({"topics": "nonsense"}, "topics is 'nonsense', but it must be topic names separated by spaces."),
        ({"effort": "1", "minutes_per_month": "300"}, "effort is 1, but it must be another: it is 1, but 300 minutes"),
    ],
)
def test_a_value_that_cannot_be_is_refused(filled, edits, sentence):
    code, found = refused(filled, ["feed:sure"], edits)
    assert code == "bad_opportunity_value"
    assert sentence in found


def test_dates_that_contradict_each_other_are_refused(filled):
    add(filled, "feed:dates", status="draft", sector=1, effort=1, company="1", place=1, ends_on=dt.date(2026, 5, 1))
    code, sentence = refused(filled, ["feed:dates"], {"starts_on": "2026-06-01"})
    assert code == "bad_opportunity_value"
    assert "ends_on is '2026-05-01', but it must be another: it is before starts_on (feed:dates)." in sentence


def test_all_are_published_or_none(filled):
    assert refused(filled, ["feed:sure", "feed:silent"])[0] == "not_publishable"
    assert refused(filled, ["feed:sure", "feed:gone"]) == (
        "unknown_opportunity",
        "There is no opportunity feed:gone in the catalogue. Check the id with: coproduction opportunities list",
    )


def test_one_named_twice_is_published_once(filled):
    assert publish(filled, ["feed:sure", "feed:sure"]) == 1


def test_what_is_rejected_is_withdrawn_and_may_be_published_again(filled):
    assert reject(filled, ["feed:sure", "council:out"]) == 2
    assert statuses(filled)["feed:sure"] == statuses(filled)["council:out"] == "withdrawn"
    publish(filled, ["feed:sure"])
    assert statuses(filled)["feed:sure"] == "published"


def test_rejecting_what_is_not_there_rejects_nothing(filled):
    with pytest.raises(UserError, match="no opportunity feed:gone"):
        reject(filled, ["feed:sure", "feed:gone"])
    assert statuses(filled)["feed:sure"] == "draft"
