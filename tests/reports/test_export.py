"""The export: one row per consented interview, with the columns and codes of the record."""

import csv
import io

import pytest

from coproduction.records.recorder import Recorder
from coproduction.reports.codebook import HEADER, write_codebook_csv, write_codebook_markdown
from coproduction.reports.columns import export_columns
from coproduction.reports.export import interviews_table
from coproduction.reports.files.delimited import print_csv
from coproduction.survey.instrument import current_instrument
from tests.records.events import action, interview, slot

INSTRUMENT = current_instrument()
COLUMNS = (
    "interview_id instrument mode language country started_at ended_at disposition sector "
    "saf1 saf2 saf3 saf4 saf5 env1 env2 env3 env4 env5 hea1 hea2 hea3 hea4 hea5 "
    "effic more effort effort_min company place topics comment agegrp gndr mnactic eisced domicil "
    "idx_safety idx_environment idx_health matches_shown matches_chosen"
).split()


def exported(engine):
    output = io.StringIO()
    print_csv(interviews_table(engine, INSTRUMENT), output)
    return list(csv.DictReader(io.StringIO(output.getvalue())))


@pytest.fixture
def recorder(engine):
    return Recorder(engine, INSTRUMENT)


def complete(recorder, who):
    given = {
        "sector": 2, "env1": 3, "env2": 2, "env3": 66, "env4": 1, "env5": 2, "effic": 88, "more": 1, "effort": 1,
        "company": 1, "place": 2, "topics": "wildlife", "agegrp": 5, "gndr": 77, "comment": "more benches",
    }  # fmt: skip
    recorder.record([slot("consent", 1, who), *(slot(name, code, who) for name, code in given.items())])
    recorder.record([slot("suggested", ["a", "b", "c"], who), action("action_match", who), slot("chosen", ["b"], who)])


def test_the_columns_are_those_of_the_contract_in_their_order(engine):
    assert [column.name for column in export_columns(INSTRUMENT)] == COLUMNS
    assert interviews_table(engine, INSTRUMENT).schema.names == COLUMNS


def test_an_empty_database_exports_a_header(engine):
    output = io.StringIO()
    print_csv(interviews_table(engine, INSTRUMENT), output)
    assert output.getvalue() == ",".join(COLUMNS) + "\n"


def test_a_complete_interview_is_one_row_of_codes(engine, recorder):
    complete(recorder, interview("i-1"))
    (row,) = exported(engine)
    wanted = {
        "interview_id": "i-1", "instrument": "coproduction-1.0", "mode": "web", "language": "en", "country": "GB",
        "disposition": "complete", "sector": "2", "env1": "3", "env3": "66", "effic": "88", "effort": "1",
        "effort_min": "", "topics": "wildlife", "comment": "more benches", "agegrp": "5", "gndr": "77", "mnactic": "",
        "saf1": "", "hea5": "", "idx_environment": "50.0", "idx_safety": "", "matches_shown": "3",
        "matches_chosen": "1",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert row["started_at"].endswith("Z")


def test_an_interview_that_was_left_has_its_disposition_and_99_at_the_question_left(engine, recorder):
    recorder.record([slot("consent", 1), action("utter_ask_sector"), slot("sector", 1), action("utter_ask_saf1")])
    (row,) = exported(engine)
    assert (row["disposition"], row["sector"], row["saf1"], row["saf2"]) == ("breakoff", "1", "99", "")
    assert row["matches_shown"] == ""


def test_minutes_that_a_later_choice_contradicts_are_not_exported(engine, recorder):
    recorder.record([slot("consent", 1), slot("effort", 2), slot("effort_min", 90)])
    assert exported(engine)[0]["effort_min"] == "90"
    recorder.record([slot("effort", 1)])
    assert exported(engine)[0]["effort_min"] == ""


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@1+1", "\t=1"])
def test_a_comment_cannot_start_a_formula(engine, recorder, formula):
    recorder.record([slot("consent", 1), slot("comment", formula)])
    assert exported(engine)[0]["comment"] == "'" + formula


def test_interviews_stand_in_the_order_they_began(engine, recorder):
    complete(recorder, interview("z-first", "AAAA-AAAA"))
    complete(recorder, interview("a-second", "BBBB-BBBB"))
    assert [row["interview_id"] for row in exported(engine)] == ["z-first", "a-second"]


def test_the_codebook_explains_every_column_and_every_code():
    output = io.StringIO()
    write_codebook_csv(INSTRUMENT, output)
    rows = list(csv.DictReader(io.StringIO(output.getvalue())))
    assert list(rows[0]) == HEADER
    assert list(dict.fromkeys(row["variable"] for row in rows)) == COLUMNS
    agegrp = {row["code"]: row["missing"] for row in rows if row["variable"] == "agegrp"}
    assert list(agegrp) == ["1", "2", "3", "4", "5", "6", "7", "8", "66", "77", "88", "99"]
    assert agegrp["8"] == "no"
    assert agegrp["99"] == "yes"
    assert {row["verified_against_2008"] for row in rows if row["question"]} == {"no"}


def test_the_codebook_states_the_limits_and_the_aapor_groups():
    output = io.StringIO()
    write_codebook_markdown(INSTRUMENT, output)
    assert "self-selected" in output.getvalue()
    assert "| breakoff | 2.12 break-off (R) |" in output.getvalue()
