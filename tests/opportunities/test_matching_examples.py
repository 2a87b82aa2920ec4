"""Matching: examples of what citizens are told and what comes first."""

import datetime as dt

import pytest

from coproduction.opportunities.matching import Catalogue, Wishes
from coproduction.opportunities.model import OpportunityView

TODAY = dt.date(2026, 6, 1)
HERE = (52.5, -1.9)


def opportunity(identifier="o", **fields):
    return OpportunityView(**{"id": identifier, "title": identifier, **fields})


def citizen(**fields):
    return Wishes(**{"today": TODAY, "seed": "anyone", **fields})


def suggest(offer, **wishes):
    """The one suggestion where only this is offered."""
    (suggestion,) = Catalogue([offer]).rank(citizen(**wishes))
    return suggestion


def ranking(offers, limit=9, **wishes):
    return [s.opportunity.id for s in Catalogue(offers).rank(citizen(**wishes), limit)]


@pytest.mark.parametrize(
    ("minutes", "effort", "words"),
    [
        (0, 0, "It fits into what you do anyway"),
        (45, 0, "It fits into what you do anyway"),
        (4, 1, "It takes about 4 minutes a month"),
        (20, 1, "It takes about 20 minutes a month"),
        (43, 1, "It takes about 45 minutes a month"),
        (59, 1, "It takes about an hour a month"),
        (60, 2, "It takes about an hour a month"),
        (75, 2, "It takes about an hour a month"),
        (90, 2, "It takes about 1½ hours a month"),
        (100, 2, "It takes about 1½ hours a month"),
        (120, 2, "It takes about 2 hours a month"),
        (480, 4, "It takes about 8 hours a month"),
        (570, 4, "It takes about 9½ hours a month"),
        (630, 4, "It takes about 10 hours a month"),
        (None, 0, "It fits into what you do anyway"),
        (None, 1, "It takes less than an hour a month"),
        (None, 2, "It takes one to two and a half hours a month"),
        (None, 3, "It takes two and a half to eight hours a month"),
        (None, 4, "It takes eight hours a month or more"),
        (None, None, "It is open to you now"),
    ],
)
def test_how_much_time_it_takes_is_said_in_words(minutes, effort, words):
    assert suggest(opportunity(minutes_per_month=minutes, effort=effort)).reasons == (words,)


TIME = "It takes less than an hour a month"


@pytest.mark.parametrize(
    ("wishes", "reasons"),
    [
        ({}, [TIME]),
        ({"sector": 3}, ["It is about public health, which matters to you", TIME]),
        ({"topics": ("litter",)}, ["It is about litter, which you care about", TIME]),
        ({"topics": ("scams", "trees", "litter")}, ["It is about trees and woods, litter, which you care about", TIME]),
        ({"company": 2}, [TIME, "You can do it with people you know"]),
        ({"company": 4}, [TIME]),
        ({"place": 2}, [TIME, "It is near where you live"]),
        ({"place": 3}, [TIME]),
    ],
)
def test_reasons_are_about_what_the_citizen_wished(wishes, reasons):
    offer = opportunity(sector=3, topics="litter trees", effort=1, company="1 2", place=2)
    assert list(suggest(offer, **wishes).reasons) == reasons


@pytest.mark.parametrize(
    ("wishes", "unmet"),
    [
        ({"shown": frozenset({"o"})}, ("You have seen it before; there is nothing new left",)),
        ({"sector": 1}, ("It is about public health, not community safety",)),
        ({"effort": 1}, ("It takes more time than you wanted to give",)),
        ({"topics": ("scams",)}, ("It is not about scams and fraud",)),
        ({"company": 1}, ("You cannot do it on your own",)),
        ({"place": 1}, ("You cannot do it at home",)),
        ({"sector": 3, "effort": 2, "topics": ("trees",), "company": 3, "place": 2}, ()),
        ({"effort": 0, "place": 1}, ("It takes more time than you wanted to give", "You cannot do it at home")),
    ],
)
def test_a_wish_that_could_not_be_met_is_named(wishes, unmet):
    offer = opportunity(sector=3, topics="litter trees", effort=2, company="3", place=2)
    assert suggest(offer, **wishes).unmet == unmet


def test_what_is_unknown_about_an_opportunity_does_not_count_as_fitting():
    wishes = {"sector": 1, "effort": 4, "topics": ("scams",), "company": 1, "place": 2}
    assert suggest(opportunity(), **wishes).unmet_wishes == ("sector", "effort", "topic", "company", "place")


def test_something_else_names_no_topic_that_could_be_missing():
    assert suggest(opportunity(effort=1), topics=("other",)).unmet_wishes == ()


def test_sentences_are_translated_before_values_are_filled_in():
    german = {
        "It is about {topics}, which you care about": "Es geht um {topics}",
        "Litter": "Müll",
        "It takes about {minutes} minutes a month": "Etwa {minutes} Minuten im Monat",
        "You cannot do it at home": "Es geht nicht zu Hause",
    }
    offer = opportunity(topics="litter", effort=1, minutes_per_month=20, place=3)
    (suggestion,) = Catalogue([offer]).rank(citizen(topics=("litter",), place=1), translate=lambda text: german[text])
    assert suggestion.reasons == ("Es geht um müll", "Etwa 20 Minuten im Monat")
    assert suggestion.unmet == ("Es geht nicht zu Hause",)


ALL_BUT = {"sector": 2, "effort": 1, "topics": "litter", "company": "1", "place": 1}
WRONG = {"sector": 3, "effort": 4, "topics": "dementia", "company": "3", "place": 3}


def test_place_is_given_up_first_then_company_topic_effort_and_sector_last():
    offers = [opportunity(f"other {name}", **{**ALL_BUT, name: WRONG[name]}) for name in ALL_BUT]
    wished = {"sector": 2, "effort": 1, "topics": ("litter",), "company": 1, "place": 1}
    order = ["other place", "other company", "other topics", "other effort", "other sector"]
    assert ranking(offers, **wished) == order
    seen = [opportunity("seen", **ALL_BUT), *offers]
    assert ranking(seen, shown=frozenset({"seen"}), **wished) == order
    assert ranking(seen[:1], shown=frozenset({"seen"}), **wished) == ["seen"]


def spot(identifier, latitude, **fields):
    return opportunity(identifier, latitude=latitude, longitude=-1.9, **{"place": 2, **fields})


def test_the_nearer_comes_first():
    offers = [spot("220 km", 54.5), spot("20 km", 52.68), spot("1 km", 52.51), spot("60 km", 53.04)]
    assert ranking(offers, location=HERE) == ["1 km", "20 km", "60 km", "220 km"]


@pytest.mark.parametrize(
    ("offer", "met"),
    [
        (spot("o", 52.57), True),
        (spot("o", 52.58), False),
        (spot("o", 55.0, place=1), True),
        (spot("o", 52.5, place=3), True),
        (opportunity(place=2), True),
        (opportunity(place=3), False),
    ],
)
def test_near_means_within_8_kilometres_or_as_the_catalogue_says_or_at_home(offer, met):
    assert ("place" not in suggest(offer, place=2, location=HERE).unmet_wishes) is met


def test_someone_who_would_go_anywhere_is_told_how_far_it_is():
    assert suggest(spot("o", 55.0, effort=1), place=3, location=HERE).reasons == (TIME, "It is about 278 km away")
    assert suggest(spot("o", 52.5, effort=1), place=3, location=HERE).reasons == (TIME, "It is near where you live")


def test_the_time_and_place_offered_come_before_less():
    offers = [opportunity(f"effort {n}", effort=n, place=1) for n in (0, 1, 2)]
    assert ranking(offers, effort=2)[0] == "effort 2"
    offers = [opportunity(f"place {n}", place=n) for n in (1, 2)]
    assert ranking(offers, place=2) == ["place 2", "place 1"]


@pytest.mark.parametrize(
    ("limits", "age", "allowed"),
    [
        ({"min_age": 16}, 13, False),
        ({"min_age": 18}, 18, True),
        ({"min_age": 13}, None, True),
        ({"min_age": 14}, None, False),
        ({"max_age": 17}, 13, True),
        ({"max_age": 20}, 18, False),
        ({"max_age": 24}, 18, True),
        ({"max_age": 17}, None, False),
        ({"max_age": 17}, 75, False),
    ],
)
def test_ages_hold_for_everyone_in_the_age_group(limits, age, allowed):
    assert bool(ranking([opportunity(**limits)], age=age)) is allowed


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        ({"ends_on": TODAY}, True),
        ({"ends_on": TODAY - dt.timedelta(days=1)}, False),
        ({"starts_on": TODAY + dt.timedelta(days=90)}, True),
        ({"starts_on": TODAY + dt.timedelta(days=91)}, False),
        ({"capacity": 2, "taken": 1}, True),
        ({"capacity": 2, "taken": 2}, False),
        ({"capacity": 0}, False),
        ({"capacity": None, "taken": 1000}, True),
    ],
)
def test_dates_and_places_left_are_kept(limits, allowed):
    assert bool(ranking([opportunity(**limits)])) is allowed


@pytest.mark.parametrize("seed", range(20))
def test_among_equals_other_topics_come_first(seed):
    offers = [opportunity(f"litter {n}", topics="litter") for n in range(6)]
    offers += [opportunity("trees", topics="trees"), opportunity("water", topics="water")]
    assert {name.split()[0] for name in ranking(offers, 3, seed=str(seed))} == {"litter", "trees", "water"}


def test_variety_never_costs_a_wish():
    offers = [opportunity(f"litter {n}", sector=2, topics="litter") for n in range(3)]
    offers += [opportunity("dementia", sector=3, topics="dementia")]
    assert "dementia" not in ranking(offers, 3, sector=2)


def test_an_empty_catalogue_gives_nothing():
    assert Catalogue([]).rank(citizen(sector=1, location=HERE, topics=("litter",))) == []
