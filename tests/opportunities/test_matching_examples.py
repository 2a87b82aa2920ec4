"""Matching: examples of what citizens are told and what comes first."""

import datetime as dt

import pytest

from coproduction.opportunities.catalogue import Catalogue
from coproduction.opportunities.matching import Wishes
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
        (0, 0, "It fits into what you do anyway."),
        (45, 0, "It fits into what you do anyway."),
        (20, 1, "It takes about 20 minutes a month."),
        (59, 1, "It takes about 59 minutes a month."),
        (60, 2, "It takes about an hour a month."),
        (70, 2, "It takes about an hour a month."),
        (90, 2, "It takes about 1½ hours a month."),
        (100, 2, "It takes about 1½ hours a month."),
        (120, 2, "It takes about 2 hours a month."),
        (130, 2, "It takes about 2 hours a month."),
        (480, 4, "It takes about 8 hours a month."),
        (630, 4, "It takes about 10½ hours a month."),
        (1230, 4, "It takes about 20½ hours a month."),
        (None, 0, "It fits into what you do anyway."),
        (None, 1, "It takes less than an hour a month."),
        (None, 2, "It takes one to two and a half hours a month."),
        (None, 3, "It takes a few hours a month."),
        (None, 4, "It takes a day a month or more."),
        (None, None, "You decide how much time it takes."),
    ],
)
def test_how_much_time_it_takes_is_said_in_words(minutes, effort, words):
    assert suggest(opportunity(minutes_per_month=minutes, effort=effort)).reasons == (words,)


TIME = "It takes less than an hour a month."


@pytest.mark.parametrize(
    ("wishes", "reasons"),
    [
        ({}, [TIME]),
        ({"sector": 2}, ["It is good for the environment near you.", TIME]),
        ({"sector": 2, "topics": ("litter",)}, ["It is about litter, which you care about.", TIME]),
        ({"topics": ("scams", "trees")}, ["It is about trees and woods, which you care about.", TIME]),
        ({"company": 2}, [TIME, "You can do it with people you know."]),
        ({"company": 4}, [TIME]),
        ({"place": 2}, [TIME, "You can do it near where you live."]),
        ({"place": 3}, [TIME]),
    ],
)
def test_reasons_are_about_what_the_citizen_wished(wishes, reasons):
    offer = opportunity(sector=2, topics="litter trees", effort=1, company="1 2", place=2)
    assert list(suggest(offer, **wishes).reasons) == reasons


@pytest.mark.parametrize(
    ("wishes", "unmet"),
    [
        ({"shown": frozenset({"o"})}, ("You have seen it before.",)),
        ({"sector": 1}, ("It is about something else than you asked for.",)),
        ({"effort": 1}, ("It takes more time than you have.",)),
        ({"topics": ("scams",)}, ("It is not about what you particularly care about.",)),
        ({"company": 1}, ("It is done in other company than you wished.",)),
        ({"place": 1}, ("It is not done where you wished.",)),
        ({"sector": 2, "effort": 2, "topics": ("trees",), "company": 3, "place": 2}, ()),
        (
            {"sector": 3, "place": 1},
            ("It is about something else than you asked for.", "It is not done where you wished."),
        ),
    ],
)
def test_a_wish_that_could_not_be_met_is_named(wishes, unmet):
    offer = opportunity(sector=2, topics="litter trees", effort=2, company="3", place=2)
    assert suggest(offer, **wishes).unmet == unmet


def test_what_is_unknown_about_an_opportunity_does_not_count_as_fitting():
    wishes = {"sector": 1, "effort": 4, "topics": ("scams",), "company": 1, "place": 2}
    assert suggest(opportunity(), **wishes).unmet_wishes == ("sector", "effort", "topic", "company", "place")


def test_an_outdated_topic_is_no_reason():
    offer = opportunity(topics="no_longer_a_topic", effort=1)
    suggestion = suggest(offer, topics=("no_longer_a_topic",))
    assert suggestion.reasons == (TIME,)
    assert suggestion.unmet_wishes == ("topic",)


def test_sentences_are_translated_before_values_are_filled_in():
    german = {
        "It is about {topic}, which you care about.": "Es geht um {topic}.",
        "Litter": "Müll",
        "It takes about {minutes} minutes a month.": "Etwa {minutes} Minuten im Monat.",
        "It is not done where you wished.": "Es ist woanders.",
    }
    offer = opportunity(topics="litter", effort=1, minutes_per_month=20, place=3)
    (suggestion,) = Catalogue([offer]).rank(citizen(topics=("litter",), place=1), translate=lambda text: german[text])
    assert suggestion.reasons == ("Es geht um müll.", "Etwa 20 Minuten im Monat.")
    assert suggestion.unmet == ("Es ist woanders.",)


ALL_BUT = {"sector": 2, "effort": 1, "topics": "litter", "company": "1", "place": 1}
WRONG = {"sector": 3, "effort": 4, "topics": "dementia", "company": "3", "place": 3}


def test_place_is_given_up_first_then_company_topic_effort_and_sector_last():
    offers = [opportunity(f"other {name}", **{**ALL_BUT, name: WRONG[name]}) for name in ALL_BUT]
    wished = {"sector": 2, "effort": 1, "topics": ("litter",), "company": 1, "place": 1}
    order = ["other place", "other company", "other topics", "other effort", "other sector"]
    assert ranking(offers, **wished) == order
    seen = [opportunity("seen", **ALL_BUT), *offers]
    assert ranking(seen, shown=frozenset({"seen"}), **wished) == [*order, "seen"]


def spot(identifier, latitude, **fields):
    return opportunity(identifier, latitude=latitude, longitude=-1.9, **{"place": 2, **fields})


def test_the_nearer_comes_first():
    offers = [
        spot("220 km", 54.5),
        spot("20 km", 52.68),
        spot("1 km", 52.51),
        spot("7 km", 52.56),
        spot("60 km", 53.04),
    ]
    assert ranking(offers, location=HERE) == ["1 km", "7 km", "20 km", "60 km", "220 km"]


@pytest.mark.parametrize(
    ("offer", "met"),
    [
        (spot("o", 52.6), True),
        (spot("o", 52.8), False),
        (spot("o", 55.0, place=1), True),
        (spot("o", 52.5, place=3), False),
        (opportunity(place=2), True),
    ],
)
def test_near_means_within_25_kilometres_unless_it_is_done_at_home(offer, met):
    assert ("place" not in suggest(offer, place=2, location=HERE).unmet_wishes) is met


def test_someone_who_would_go_anywhere_is_not_told_that_far_is_near():
    assert suggest(spot("o", 55.0, effort=1), place=3, location=HERE).reasons == (TIME,)


def test_the_time_and_place_offered_come_before_less():
    offers = [opportunity(f"effort {n}", effort=n, place=1) for n in (0, 1, 2)]
    assert ranking(offers, effort=2)[0] == "effort 2"
    offers = [opportunity(f"place {n}", place=n) for n in (1, 2)]
    assert ranking(offers, place=2) == ["place 2", "place 1"]


@pytest.mark.parametrize(
    ("limits", "age", "oldest", "allowed"),
    [
        ({"min_age": 18}, 13, 17, False),
        ({"min_age": 18}, 18, 24, True),
        ({"min_age": 13}, None, None, True),
        ({"min_age": 14}, None, None, False),
        ({"max_age": 17}, 13, 17, True),
        ({"max_age": 20}, 18, 24, False),
        ({"max_age": 20}, 18, None, True),
        ({"max_age": 17}, None, None, False),
        ({"max_age": 17}, 75, None, False),
    ],
)
def test_ages_hold_for_everyone_the_answer_may_mean(limits, age, oldest, allowed):
    assert bool(ranking([opportunity(**limits)], age=age, oldest=oldest)) is allowed


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
