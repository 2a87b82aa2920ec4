"""What became of a suggestion is noted with the interview that the reference code belongs to."""

import pytest

from coproduction.records.outcome import note_outcome
from coproduction.records.recorder import Recorder
from coproduction.reports.matches import matches_table
from coproduction.survey.instrument import current_instrument
from tests.records.events import interview, slot

INSTRUMENT = current_instrument()


@pytest.fixture
def suggested(engine):
    for identifier, reference in (("i-1", "7K3M-QX9T"), ("i-2", "0000-0001")):
        who = interview(identifier, reference)
        Recorder(engine, INSTRUMENT).record([slot("consent", 1, who), slot("suggested", ["a", "b"], who)])
    return engine


def outcomes(engine):
    rows = [row for page in matches_table(engine, INSTRUMENT).pages for row in page.to_pylist()]
    return {(row["interview_id"], row["opportunity_id"]): row["done"] for row in rows if row["done"] is not None}


def test_it_stands_in_the_matches_and_the_latest_word_counts(suggested):
    assert outcomes(suggested) == {}
    assert note_outcome(suggested, "7k3m qx9t", "a", True)
    assert note_outcome(suggested, "7K3M-QX9T", "b", False)
    assert outcomes(suggested) == {("i-1", "a"): 1, ("i-1", "b"): 0}
    assert note_outcome(suggested, "7K3M-QX9T", "b", True)
    assert outcomes(suggested) == {("i-1", "a"): 1, ("i-1", "b"): 1}


@pytest.mark.parametrize(("reference", "opportunity"), [("0000-0000", "a"), ("7K3M-QX9T", "c"), ("", "a")])
def test_without_such_an_interview_or_suggestion_nothing_is_noted(suggested, reference, opportunity):
    assert not note_outcome(suggested, reference, opportunity, True)
    assert outcomes(suggested) == {}
