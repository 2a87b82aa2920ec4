"""The export: one row per consented interview, with the columns and codes of the record."""

import csv
import io

import pytest

from coproduction.errors import UserError
from coproduction.records.recorder import Recorder
from coproduction.reports.columns import export_columns
from coproduction.reports.export import interviews_table
from coproduction.reports.files.delimited import print_csv
from coproduction.survey.instrument import current_instrument
from coproduction.survey.versions import line_up
from tests.records.events import action, interview, slot

INSTRUMENT = current_instrument()
COLUMNS = (
    "interview_id instrument mode language country started_at ended_at disposition sector "
    "saf1 saf2 saf3 saf4 saf5 env1 env2 env3 env4 env5 hea1 hea2 hea3 hea4 hea5 "
    "effic more effort effort_min company place topics comment agegrp gndr mnactic eisced domicil "
    "idx_safety idx_environment idx_health matches_shown matches_chosen"
).split()


def exported(engine, instrument=INSTRUMENT):
    output = io.StringIO()
    print_csv(interviews_table(engine, instrument), output)
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


def test_records_of_several_versions_stand_in_one_table_each_judged_by_its_own(engine, versions):
    old, new = interview("old", "AAAA-AAAA"), interview("new", "BBBB-BBBB")
    given = {"sector": 1, "saf1": 3, "trust": 4, "place": 4}
    Recorder(engine, versions["coproduction-0.8"]).record(
        [slot("consent", 1, old), *(slot(name, code, old) for name, code in given.items())]
    )
    Recorder(engine, versions["coproduction-1.0"]).record([slot("consent", 1, new), slot("place", 2, new)])
    rows = exported(engine, line_up(versions))
    assert [(row["instrument"], row["trust"], row["place"]) for row in rows] == [
        ("coproduction-0.8", "4", "4"),
        ("coproduction-1.0", "", "2"),
    ]
    note = interviews_table(engine, line_up(versions)).note
    assert "trust no longer asked" in note
    assert "place other codes" in note
    assert list(rows[0]).index("trust") == list(rows[0]).index("effic") + 1


def test_a_record_of_an_unknown_version_stops_the_export(engine, versions):
    Recorder(engine, versions["coproduction-0.8"]).record([slot("consent", 1)])
    with pytest.raises(UserError) as caught:
        exported(engine)
    assert caught.value.code == "unknown_instrument"
