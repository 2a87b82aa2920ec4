"""What the sample catalogue promises, so that every kind of citizen finds something in it."""

import csv
import re
from collections import Counter
from datetime import date
from importlib import resources
from urllib.parse import urlsplit

import pytest

from coproduction.survey.instrument import current_instrument
from coproduction.survey.topics import current_topics

HEADER = (
    "id,title,summary,first_step,link,organisation,sector,topics,effort,minutes_per_month,company,place,"
    "min_age,max_age,starts_on,ends_on,capacity,latitude,longitude,address,language"
)
SECTORS = ["1", "2", "3"]
MINUTES = {"0": (0, 0), "1": (1, 59), "2": (60, 150), "3": (151, 479), "4": (480, 43_200)}


def _read() -> list[dict[str, str]]:
    file = resources.files("coproduction.opportunities") / "sample.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        assert ",".join(reader.fieldnames or []) == HEADER
        return list(reader)


OPPORTUNITIES = _read()
every_opportunity = pytest.mark.parametrize("row", OPPORTUNITIES, ids=lambda row: row["id"])
every_sector = pytest.mark.parametrize("sector", SECTORS)


def of_sector(sector: str) -> list[dict[str, str]]:
    return [row for row in OPPORTUNITIES if row["sector"] == sector]


def test_the_catalogue_has_24_opportunities_a_sector():
    assert Counter(row["sector"] for row in OPPORTUNITIES) == dict.fromkeys(SECTORS, 24)


def test_no_two_opportunities_share_an_id_a_title_or_a_link():
    for column in ("id", "title", "link", "summary", "first_step"):
        values = [row[column] for row in OPPORTUNITIES]
        assert len(set(values)) == len(values), column


@every_sector
def test_a_sector_has_something_for_every_amount_of_time(sector):
    efforts = Counter(row["effort"] for row in of_sector(sector))
    assert all(efforts[effort] >= least for effort, least in {"0": 5, "1": 6, "2": 4, "3": 3, "4": 2}.items())


@every_sector
def test_a_sector_has_enough_to_do_at_home_and_near_home(sector):
    places = Counter(row["place"] for row in of_sector(sector))
    assert places["1"] >= 7
    assert places["2"] >= 9


@every_sector
def test_a_sector_has_something_with_friends_and_in_a_group(sector):
    companies = Counter(code for row in of_sector(sector) for code in row["company"].split())
    assert companies["2"] >= 6
    assert companies["3"] >= 4


def test_most_opportunities_can_be_taken_up_alone():
    assert sum("1" in row["company"].split() for row in OPPORTUNITIES) >= 50


@every_sector
def test_a_sector_has_15_opportunities_open_at_13(sector):
    assert sum(row["min_age"] == "13" for row in of_sector(sector)) >= 15


@every_opportunity
def test_every_code_is_one_of_the_instrument(row):
    instrument = current_instrument()
    for variable in ("sector", "effort", "place"):
        assert instrument.scale_of(instrument.question(variable)).category(int(row[variable])), variable
    companies = row["company"].split()
    assert companies == sorted(set(companies))
    assert companies
    assert set(companies) <= {"1", "2", "3"}


@every_opportunity
def test_every_topic_is_in_the_vocabulary(row):
    topics = row["topics"].split()
    assert 1 <= len(topics) <= 3
    assert len(set(topics)) == len(topics)
    assert all(topic in current_topics() for topic in topics)


def test_every_topic_a_citizen_can_name_has_an_opportunity():
    offered = {topic for row in OPPORTUNITIES for topic in row["topics"].split()}
    assert set(current_topics().names) == offered


@every_opportunity
def test_the_first_topic_belongs_to_the_sector(row):
    assert current_topics().sector(row["topics"].split()[0]) == int(row["sector"])


@every_opportunity
def test_the_effort_code_agrees_with_the_minutes(row):
    least, most = MINUTES[row["effort"]]
    assert least <= int(row["minutes_per_month"]) <= most


@every_opportunity
def test_every_link_leads_to_the_fictional_council(row):
    link = urlsplit(row["link"])
    assert (link.scheme, link.netloc) == ("https", "www.anyborough.example")
    assert row["organisation"].startswith("Anyborough ")


@every_opportunity
def test_a_title_is_short_and_the_texts_are_complete_sentences(row):
    assert re.fullmatch(r"(safety|environment|health)(-[a-z0-9]+)+", row["id"])
    assert len(row["title"]) <= 60
    assert not row["title"].endswith(".")
    assert row["summary"].endswith(".")
    assert row["first_step"].endswith((".", "?"))
    assert all(value == value.strip() for value in row.values())


@every_opportunity
def test_ages_dates_coordinates_and_capacities_are_well_formed_where_given(row):
    assert row["min_age"] in {"13", "16", "18"}
    assert not row["max_age"] or int(row["max_age"]) > int(row["min_age"])
    assert not row["capacity"] or int(row["capacity"]) > 0
    assert bool(row["latitude"]) == bool(row["longitude"]) == bool(row["address"])
    if row["latitude"]:
        assert float(row["latitude"]) == pytest.approx(52.48, abs=0.05)
        assert float(row["longitude"]) == pytest.approx(-1.89, abs=0.05)
    dates = [date.fromisoformat(row[column]) for column in ("starts_on", "ends_on") if row[column]]
    assert dates == sorted(dates)
    assert row["language"] == "en"
