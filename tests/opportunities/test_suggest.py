"""Suggestions for what feeds leave out: from words, and never surer than the words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduction.opportunities.columns import read_value
from coproduction.opportunities.suggest import current_suggester
from coproduction.survey.scoring import effort_band
from coproduction.survey.topics import current_topics


def suggested(title="Helper", text="", session_minutes=None):
    return current_suggester().suggest(title, text, session_minutes)


@pytest.mark.parametrize(
    ("title", "text", "sector"),
    [
        ("Street pastor", "Walk the town with the police on Friday nights.", 1),
        ("Speed watch volunteer", "", 1),
        ("Meadow team", "Help our ranger with conservation in the nature reserve.", 2),
        ("Litter picker", "", 2),
        ("Hospice shop", "", 3),
        ("Befriender", "Visit lonely older people.", 3),
    ],
)
def test_words_point_to_the_sector(title, text, sector):
    assert suggested(title, text)["sector"].value == sector


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Two hours a week.", 520),
        ("2 hours per week", 520),
        ("half an hour every day", 900),
        ("An hour each month is enough.", 60),
        ("90 minutes a fortnight", 195),
        ("one day a year", 40),
        ("3 hrs weekly", 779),
        ("We need 12 hours a month; two hours a week is welcome too.", 720),
    ],
)
def test_a_time_that_is_stated_is_taken(text, minutes):
    found = suggested(text=text)
    assert found["minutes_per_month"].value == minutes
    assert found["effort"].value == effort_band(minutes)
    assert found["effort"].sure > 0.8


@pytest.mark.parametrize(
    "text", ["for two hours", "dozen hours a week", "1000 hours a week", "0 hours a week", "9" * 400 + " hours a week"]
)
def test_a_time_nobody_can_give_is_not_taken(text):
    assert "minutes_per_month" not in suggested(text=text)


@pytest.mark.parametrize(
    ("text", "session_minutes", "effort", "sure"),
    [
        ("", None, 3, 0.2),
        ("", 45, 1, 0.4),
        ("", 120, 2, 0.4),
        ("Every week.", 120, 4, 0.6),
        ("One day, one-off.", None, 2, None),
        ("Join as a trustee and treasurer.", None, 4, None),
    ],
)
def test_without_a_stated_time_sessions_and_words_give_the_effort(text, session_minutes, effort, sure):
    found = suggested(text=text, session_minutes=session_minutes)["effort"]
    assert found.value == effort
    assert sure is None or found.sure == sure


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("From home, in your own time.", "1"),
        ("Bring a friend, families welcome.", "2"),
        ("Join our team of other volunteers.", "3"),
        ("", "3"),
    ],
)
def test_words_point_to_the_company(text, company):
    assert suggested(text=text)["company"].value == company


def test_topics_of_the_likeliest_sector_come_first():
    topics = suggested("Litter pick", "Pick litter, plant trees, and meet a neighbour.")["topics"].value.split()
    assert topics[0] == "litter"
    assert "trees" in topics


def test_the_title_says_more_than_the_text():
    assert suggested("Hospital visitor", "You go through gardens.")["sector"].value == 3
    assert suggested("Gardener", "You go through the hospital.")["sector"].value == 2


def test_silence_suggests_no_sector_and_no_topics():
    assert set(suggested("Helper", "We are looking for someone like you.")) == {"effort", "company"}


def test_agreeing_words_are_surer_than_contradicting_ones():
    agreeing = suggested("Nature reserve", "Wildlife, conservation, habitats and woodland.")["sector"]
    contradicting = suggested("Nature reserve", "Hospital patients, police, first aid, road safety.")["sector"]
    assert agreeing.sure > 0.8 > 0.5 > contradicting.sure


WORDS = st.sampled_from(
    [
        "litter",
        "police",
        "hospital",
        "team",
        "weekly",
        "two",
        "hours",
        "a",
        "week",
        "/",
        "3",
        "hrs",
        "from",
        "home",
        "café",
        "1/2",
        "½",
        "\n",
        "•",
        "é",
    ]
)


@given(st.lists(WORDS).map(" ".join), st.lists(WORDS | st.text()).map(" ".join), st.none() | st.integers(1, 720))
def test_whatever_the_text_a_suggestion_is_a_value_that_may_be_published(title, text, session_minutes):
    for column, guess in suggested(title, text, session_minutes).items():
        assert read_value(column, str(guess.value)) == guess.value
        assert 0 <= guess.sure <= 1


def test_at_most_four_topics_are_suggested():
    every = ". ".join(current_topics().label(name) for name in current_topics().names)
    assert len(suggested(text=every)["topics"].value.split()) == 4
