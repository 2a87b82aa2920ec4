"""Paradata: where an interview was left, and how long each question took."""

import io

import pytest

from coproduction.records.recorder import Recorder
from coproduction.reports.files.delimited import print_csv
from coproduction.reports.paradata import paradata_columns, paradata_table, seconds_per_question
from coproduction.survey.instrument import current_instrument
from tests.records.events import action, interview, slot

INSTRUMENT = current_instrument()
START = 1_800_000_000.0


def at(seconds, name, value=1, who=None):
    return slot(name, value, who, at=START + seconds)


def put(seconds, question, who=None):
    return {**action(f"utter_ask_{question}", who), "timestamp": START + seconds}


def rows(engine):
    return [row for page in paradata_table(engine, INSTRUMENT).pages for row in page.to_pylist()]


@pytest.fixture
def recorder(engine):
    return Recorder(engine, INSTRUMENT)


def test_an_interview_that_was_left_says_where(engine, recorder):
    recorder.record([at(0, "consent"), put(0, "sector"), at(4, "sector", 1), put(4, "saf1"), at(10.5, "saf1", 3)])
    recorder.record([put(10.5, "saf2")])
    (row,) = rows(engine)
    assert (row["disposition"], row["aapor"], row["dropoff"], row["seconds"]) == ("breakoff", "2.12", "saf2", 10.5)
    assert (row["sec_sector"], row["sec_saf1"], row["sec_saf2"]) == (4.0, 6.5, None)
    assert (row["mode"], row["language"], row["instrument"]) == ("web", "en", "coproduction-1.0")


def test_a_complete_interview_has_no_dropoff(engine, recorder):
    given = {"sector": 2, "env1": 3, "env2": 2, "env3": 1, "env4": 1, "env5": 1, "effic": 3, "more": 1, "effort": 0,
             "company": 1, "place": 1, "topics": "99", "agegrp": 5}  # fmt: skip
    recorder.record([at(0, "consent"), *(at(5 * n, name, code) for n, (name, code) in enumerate(given.items(), 1))])
    recorder.record([put(70, "match")])
    (row,) = rows(engine)
    assert (row["disposition"], row["aapor"], row["dropoff"]) == ("complete", "1.1", None)
    assert {row[f"sec_{name}"] for name in given} == {5.0}


def test_a_field_interview_has_its_length_but_no_seconds_per_question(engine, recorder):
    who = {**interview(), "mode": "face-to-face"}
    recorder.record([at(0, "consent", 1, who), at(300, "sector", 2, who), put(300, "sector", who)])
    (row,) = rows(engine)
    assert row["seconds"] == 300.0
    assert {value for name, value in row.items() if name.startswith("sec_")} == {None}


def seconds(times, **given):
    answers = dict.fromkeys(times, 1) | {"sector": 1} | given
    return seconds_per_question(INSTRUMENT, answers, times, 0.0)


def test_around_an_answer_that_was_changed_later_no_seconds_are_claimed():
    # saf2 was first answered at 9, and again at 40, between saf4 and saf5
    times = {"sector": 3, "saf1": 6, "saf2": 40, "saf3": 14, "saf4": 20, "saf5": 50}
    assert seconds(times) == {"sector": 3, "saf1": 3, "saf4": 6}


def test_time_spent_on_suggestions_counts_for_no_question():
    times = {"topics": 80, "agegrp": 90, "gndr": 400, "mnactic": 406}
    assert seconds(times, agegrp=5) == {"agegrp": 10, "mnactic": 6}


def test_every_column_of_seconds_can_have_some():
    names = [column.name for column in paradata_columns(INSTRUMENT) if column.name.startswith("sec_")]
    recorded = [question.name for question in INSTRUMENT.variables]
    assert names == [f"sec_{name}" for name in recorded if name != "gndr"], "it follows a step without a time"


def test_a_step_without_an_answer_has_a_short_name():
    dropoff = next(column for column in paradata_columns(INSTRUMENT) if column.name == "dropoff")
    assert dict(dropoff.text_codes)["consent"] == "Consent"
    assert max(len(label) for _, label in dropoff.text_codes) < 60


def test_answers_given_in_one_message_take_no_further_seconds():
    assert seconds({"sector": 3, "saf1": 9, "saf2": 9}) == {"sector": 3, "saf1": 6, "saf2": 0}


def test_the_table_can_be_written(engine, recorder):
    recorder.record([at(0, "consent"), at(4, "sector", 1)])
    output = io.StringIO()
    print_csv(paradata_table(engine, INSTRUMENT), output)
    header, row = output.getvalue().splitlines()
    assert header.startswith(
        "interview_id,instrument,mode,language,disposition,aapor,dropoff,seconds,sec_sector,sec_saf1"
    )
    assert row.startswith("i-1,coproduction-1.0,web,en,breakoff,2.12,,0.0,4.0,")
