"""Matching: what holds for every catalogue and every citizen, against a reference in plain Python."""

import datetime as dt
import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduction.opportunities.matching import HORIZON_DAYS, WISHES, Catalogue, Wishes
from coproduction.opportunities.model import OpportunityView

TODAY = dt.date(2026, 6, 1)
HERE = (52.5, -1.9)
SPOTS = [(52.5, -1.9), (52.51, -1.9), (52.6, -1.9), (52.5, -1.6), (52.8, -1.9), (53.5, -2.2), (55.9, -3.2)]
"""In steps from 0 km to 390 km from here; none so close to 8 km that rounding decides."""

TOPICS = ["litter", "trees", "scams", "dementia", "loneliness"]

OLDEST = {None: 120, 13: 17, 18: 24, 25: 34, 75: 120}
"""The lower bound of an age group, or None for someone who did not say → its upper bound, in years."""


def kilometres(one, other):
    """The great-circle distance of two points (haversine), which the matching only approximates."""
    (north, east), (north2, east2) = ((math.radians(d) for d in point) for point in (one, other))
    h = math.sin((north2 - north) / 2) ** 2
    h += math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(h))


def keeps_hard_limits(opportunity, wishes):
    if opportunity.capacity is not None and opportunity.taken >= opportunity.capacity:
        return False
    if opportunity.ends_on is not None and opportunity.ends_on < wishes.today:
        return False
    if opportunity.starts_on is not None and opportunity.starts_on > wishes.today + dt.timedelta(days=HORIZON_DAYS):
        return False
    if opportunity.id in wishes.declined or opportunity.min_age > (13 if wishes.age is None else wishes.age):
        return False
    return opportunity.max_age is None or opportunity.max_age >= OLDEST[wishes.age]


def is_near(opportunity, wishes):
    """At home, or by distance where both places are known, or else as the catalogue says."""
    if opportunity.place == 1:
        return True
    if wishes.location is None or opportunity.latitude is None:
        return opportunity.place == 2
    return kilometres(wishes.location, (opportunity.latitude, opportunity.longitude)) <= 8


def wishes_met(opportunity, wishes):
    """Each wish the citizen has → whether the opportunity meets it, the most important first."""
    met = {}
    if wishes.shown:
        met["new"] = opportunity.id not in wishes.shown
    if wishes.sector is not None:
        met["sector"] = opportunity.sector == wishes.sector
    if wishes.effort is not None:
        met["effort"] = opportunity.effort is not None and opportunity.effort <= wishes.effort
    if set(wishes.topics) - {"other"}:
        met["topic"] = not set(opportunity.topics.split()).isdisjoint(wishes.topics)
    if wishes.company in (1, 2, 3):
        met["company"] = str(wishes.company) in opportunity.company.split()
    if wishes.place == 1:
        met["place"] = opportunity.place == 1
    if wishes.place == 2:
        met["place"] = is_near(opportunity, wishes)
    return met


def optional(*values):
    return st.sampled_from([None, *values])


def near_today(days):
    return st.none() | st.integers(-days, days).map(lambda n: TODAY + dt.timedelta(days=n))


def subset(values):
    return st.lists(st.sampled_from(values), unique=True, max_size=3)


@st.composite
def opportunities(draw, identifier="o"):
    spot = draw(optional(*SPOTS))
    return OpportunityView(
        id=identifier,
        title=f"Thing {identifier}",
        sector=draw(optional(1, 2, 3)),
        topics=" ".join(draw(subset(TOPICS))),
        effort=draw(optional(0, 1, 2, 3, 4)),
        minutes_per_month=draw(st.none() | st.integers(0, 43_200)),
        company=" ".join(sorted(draw(subset(["1", "2", "3"])))),
        place=draw(optional(1, 2, 3)),
        min_age=draw(st.sampled_from([0, 13, 14, 18, 65])),
        max_age=draw(optional(17, 18, 25, 74, 120)),
        starts_on=draw(near_today(200)),
        ends_on=draw(near_today(3)),
        capacity=draw(optional(0, 1, 2)),
        taken=draw(st.sampled_from([0, 0, 1, 2, 3])),
        latitude=spot and spot[0],
        longitude=spot and spot[1],
    )


@st.composite
def catalogues(draw):
    """Up to 24 opportunities, of which some are alike in everything but their ids."""
    kinds = draw(st.lists(opportunities(), min_size=1, max_size=8))
    copies = draw(st.integers(1, 3))
    return [replace(kind, id=f"o{n}") for n, kind in enumerate(kinds * copies)]


@st.composite
def cases(draw):
    """A catalogue and a citizen, who has seen or declined some of it."""
    catalogue = draw(catalogues())
    identifiers = st.frozensets(st.sampled_from([*(o.id for o in catalogue), "gone"]), max_size=5)
    wishes = Wishes(
        today=TODAY,
        seed=draw(st.text(max_size=5)),
        sector=draw(optional(1, 2, 3)),
        effort=draw(optional(0, 1, 2, 3, 4)),
        company=draw(optional(1, 2, 3, 4)),
        place=draw(optional(1, 2, 3)),
        topics=tuple(draw(subset([*TOPICS, "outdated", "other"]))),
        age=draw(st.sampled_from(list(OLDEST))),
        location=draw(optional(HERE)),
        shown=draw(identifiers),
        declined=draw(identifiers),
    )
    return catalogue, wishes, draw(st.integers(0, 5))


def shown_for(case):
    catalogue, wishes, limit = case
    return Catalogue(catalogue).rank(wishes, limit)


@given(cases())
def test_hard_limits_are_never_broken(case):
    for suggestion in shown_for(case):
        assert keeps_hard_limits(suggestion.opportunity, case[1])


@given(cases())
def test_there_are_as_many_suggestions_as_wanted_or_as_the_hard_limits_leave(case):
    catalogue, wishes, limit = case
    allowed = [o.id for o in catalogue if keeps_hard_limits(o, wishes)]
    new = [identifier for identifier in allowed if identifier not in wishes.shown]
    found = [suggestion.opportunity.id for suggestion in shown_for(case)]
    assert len(found) == min(limit, len(new or allowed))
    assert len(set(found)) == len(found)


@given(cases())
def test_wishes_are_given_up_from_the_least_important(case):
    catalogue, wishes, _ = case
    allowed = [list(wishes_met(o, wishes).values()) for o in catalogue if keeps_hard_limits(o, wishes)]
    found = [list(wishes_met(suggestion.opportunity, wishes).values()) for suggestion in shown_for(case)]
    assert found == sorted(allowed, reverse=True)[: len(found)]


@given(cases())
def test_what_is_not_met_is_said_and_nothing_else(case):
    for suggestion in shown_for(case):
        met = wishes_met(suggestion.opportunity, case[1])
        assert list(suggestion.unmet_wishes) == [wish for wish in WISHES if met.get(wish) is False]
        assert len(set(suggestion.unmet)) == len(suggestion.unmet_wishes)


@given(cases())
def test_every_suggestion_says_why_in_a_sentence(case):
    for suggestion in shown_for(case):
        assert suggestion.reasons
        for sentence in (*suggestion.reasons, *suggestion.unmet):
            assert sentence[0].isupper()
            assert len(sentence.split()) >= 4
            assert not set("{}_") & set(sentence)


@given(cases())
def test_the_same_citizen_gets_the_same_whatever_order_the_catalogue_is_read_in(case):
    catalogue, wishes, limit = case
    assert shown_for(case) == shown_for(case) == shown_for((catalogue[::-1], wishes, limit))


@given(cases())
def test_what_was_shown_comes_back_only_when_nothing_new_is_left(case):
    _, wishes, _ = case
    seen = {suggestion.opportunity.id in wishes.shown for suggestion in shown_for(case)}
    assert len(seen) <= 1


@given(cases())
def test_declining_one_removes_it_and_keeps_the_others(case):
    catalogue, wishes, limit = case
    first = shown_for(case)
    for suggestion in first:
        declined = replace(wishes, declined=wishes.declined | {suggestion.opportunity.id})
        left = [s.opportunity.id for s in shown_for((catalogue, declined, limit))]
        assert suggestion.opportunity.id not in left
        assert len(left) >= len(first) - 1


@given(cases())
def test_more_suggestions_begin_with_the_fewer(case):
    catalogue, wishes, _ = case
    ranked = Catalogue(catalogue)
    assert ranked.rank(wishes, 1) == ranked.rank(wishes, 4)[:1]


def citizens(count=600):
    return [Wishes(today=TODAY, seed=f"citizen {n}", sector=2) for n in range(count)]


@pytest.fixture(scope="module")
def equals():
    """600 citizens' whole rankings of six opportunities that differ in nothing but the id."""
    six = Catalogue([OpportunityView(id=f"council:{n}", title="Pick up litter", sector=2) for n in range(6)])
    return [[s.opportunity.id for s in six.rank(wishes, 6)] for wishes in citizens()]


@pytest.mark.parametrize("rank", range(6))
def test_equals_take_every_rank_about_equally_often(equals, rank):
    counts = Counter(ranking[rank] for ranking in equals)
    assert len(counts) == 6
    assert all(70 <= count <= 130 for count in counts.values()), counts  # 100 each, 3.3 standard deviations


def test_of_two_equals_either_comes_first_about_half_the_time(equals):
    for one in range(6):
        for other in range(one):
            before = sum(r.index(f"council:{one}") < r.index(f"council:{other}") for r in equals)
            assert 250 <= before <= 350


def test_a_large_group_of_equals_is_shown_evenly():
    many = Catalogue([OpportunityView(id=f"council:{n}", title="Pick up litter", sector=2) for n in range(60)])
    counts = Counter(s.opportunity.id for wishes in citizens(2000) for s in many.rank(wishes))
    assert len(counts) == 60
    assert max(counts.values()) < 2 * min(counts.values())
