"""Scoring: effort bands, indices and dispositions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduction.survey.instrument import current_instrument
from coproduction.survey.scoring import Disposition, age_group, disposition, effort_band, index

INSTRUMENT = current_instrument()


@pytest.mark.parametrize(
    ("minutes", "band"),
    [(0, 0), (1, 1), (59, 1), (60, 2), (150, 2), (151, 3), (479, 3), (480, 4), (10_000, 4)],
)
def test_effort_bands_begin_and_end_where_the_record_says(minutes, band):
    assert effort_band(minutes) == band


@given(st.integers(-10, 100_000), st.integers(0, 1000))
def test_more_minutes_never_give_a_lower_band(minutes, more):
    assert effort_band(minutes + more) >= effort_band(minutes)


@pytest.mark.parametrize(
    ("age", "group"),
    [(12, 0), (13, 1), (17, 1), (18, 2), (25, 3), (44, 4), (45, 5), (64, 6), (74, 7), (75, 8), (101, 8)],
)
def test_age_groups_begin_and_end_where_the_record_says(age, group):
    assert age_group(age) == group


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        ({"env1": 3, "env2": 3, "env3": 3, "env4": 3, "env5": 3}, 100),
        ({"env1": 1, "env2": 1}, 0),
        ({"env1": 3, "env2": 2, "env3": 1}, 50),
        ({"env1": 3, "env2": 66, "env3": 99, "env4": 88, "env5": 77}, 100),
        ({"env1": 66}, None),
        ({"saf1": 3}, None),
    ],
)
def test_an_index_is_the_mean_of_the_answered_items(answers, value):
    assert index(INSTRUMENT, "environment", answers) == value


def answered(**codes):
    core = "sector env1 env2 env3 env4 env5 effic more effort company place agegrp".split()
    return {**dict.fromkeys(core, 2), **codes}


def test_an_interview_with_every_core_question_answered_is_complete():
    assert disposition(INSTRUMENT, answered()) is Disposition.COMPLETE


def test_dont_know_and_refusal_are_answers():
    assert disposition(INSTRUMENT, answered(effic=88, agegrp=77)) is Disposition.COMPLETE


def test_half_of_the_core_questions_make_a_partial_interview():
    half = dict(list(answered().items())[:6])
    assert disposition(INSTRUMENT, half) is Disposition.PARTIAL


def test_fewer_make_a_break_off():
    assert disposition(INSTRUMENT, {"sector": 2, "env1": 3}) is Disposition.BREAKOFF
    assert disposition(INSTRUMENT, {}) is Disposition.BREAKOFF


def test_clicking_through_without_answering_is_a_break_off():
    assert disposition(INSTRUMENT, dict.fromkeys(answered(), 99)) is Disposition.BREAKOFF


def test_optional_free_text_does_not_count():
    assert disposition(INSTRUMENT, answered(topics="99", comment="99")) is Disposition.COMPLETE


def test_each_disposition_names_its_aapor_group():
    assert all(d.aapor[0].isdigit() for d in Disposition)
