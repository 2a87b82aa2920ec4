"""Field interviews: the form's CSV export becomes records like the chat's, all of it or none."""

import csv
import re
import uuid

import pytest
import sqlalchemy as sa

from coproduction.database import Base
from coproduction.errors import UserError
from coproduction.records.erasure import erase_by_reference
from coproduction.records.field_forms import read_responses
from coproduction.records.field_interviews import Imported, import_responses
from coproduction.records.recorder import Recorder
from coproduction.records.tables import answers, counts, interviews, tombstones, verbatims
from coproduction.records.tombstones import digest
from coproduction.reports.export import interviews_table
from coproduction.survey.instrument import current_instrument
from coproduction.survey.versions import known_versions, line_up
from coproduction.survey.xlsform import survey_rows
from tests.records.events import EMPTY_SPOOL, KEY

VERSIONS = line_up(known_versions())
INSTRUMENT = current_instrument()
COLUMNS = ["start", "end", "instrument", "reference", "consent", *(q.name for q in INSTRUMENT.variables), "effort_min",
           "background", "language", "instanceID"]  # fmt: skip


def form(number=1, **changes):
    """One form as ODK writes it into the CSV; what a change sets to None is left empty."""
    given = {
        "start": "2024-05-04T10:00:00.000+01:00", "end": "2024-05-04T10:06:30.000+01:00",
        "instrument": "coproduction-1.0", "reference": f"7K3M-QX9{number}", "consent": "1", "sector": "2",
        "env1": "3", "env2": "2", "env3": "66", "env4": "1", "env5": "88", "effic": "3", "more": "1", "effort": "2",
        "effort_min": "90", "company": "1", "place": "2", "topics": "bees and hedgehogs, I am Mrs Smith",
        "agegrp": "7", "background": "1", "gndr": "2", "mnactic": "6", "eisced": "77", "domicil": "3",
        "comment": "Ring 07700 900123 about the benches", "instanceID": f"uuid:0b4f0d2c-0000-4000-8000-{number:012d}",
    }  # fmt: skip
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


@pytest.fixture
def file(tmp_path):
    """Writes forms into a CSV file, with other headers or another delimiter where asked."""

    def write(*forms, header=lambda name: name, delimiter=","):
        path = tmp_path / "responses.csv"
        with path.open("w", newline="", encoding="utf-8") as output:
            writer = csv.writer(output, delimiter=delimiter)
            writer.writerow([header(name) for name in COLUMNS])
            writer.writerows([given.get(name, "") for name in COLUMNS] for given in forms)
        return path

    return write


def imported(engine, path, **options):
    return import_responses(engine, path, VERSIONS, "GB", **options)


def rows(engine, table):
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def exported(engine):
    return [row for page in interviews_table(engine, VERSIONS).pages for row in page.to_pylist()]


def refused(engine, path):
    with pytest.raises(UserError) as caught:
        imported(engine, path)
    assert rows(engine, interviews) == rows(engine, answers) == rows(engine, counts) == []
    return caught.value.code, str(caught.value)


def test_a_form_becomes_a_row_of_the_export_with_its_mode(engine, file):
    assert imported(engine, file(form())) == Imported(new=1)
    (row,) = exported(engine)
    wanted = {
        "mode": "face-to-face", "instrument": "coproduction-1.0", "language": "en", "country": "GB",
        "disposition": "complete", "sector": 2, "env3": 66, "saf1": None, "effort": 2, "effort_min": 90, "agegrp": 7,
        "gndr": 2, "eisced": 77, "topics": "wildlife", "matches_shown": None, "idx_environment": 50.0,
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert (row["started_at"].isoformat(), row["ended_at"].isoformat()) == (
        "2024-05-04T09:00:00+00:00",
        "2024-05-04T09:06:30+00:00",
    )


def test_words_are_redacted_before_they_are_stored(engine, file):
    imported(engine, file(form()))
    kept = {row["variable"]: row["code"] for row in rows(engine, answers)} | {
        f"words of {row['variable']}": row["text"] for row in rows(engine, verbatims)
    }
    assert "900123" not in kept["comment"]
    assert "benches" in kept["comment"]
    assert "Smith" not in kept["words of topics"]
    assert "bees" in kept["words of topics"]


def test_reading_a_file_again_changes_nothing(engine, file):
    path = file(form(1), form(2, consent="2"), form(3))
    assert imported(engine, path) == Imported(new=2, refused=1)
    before = [rows(engine, table) for table in (interviews, answers, counts)]
    assert imported(engine, path) == Imported(known=3)
    assert [rows(engine, table) for table in (interviews, answers, counts)] == before


def test_a_dry_run_writes_nothing(engine, file):
    assert imported(engine, file(form(1), form(2, consent="2")), dry_run=True) == Imported(new=1, refused=1)
    assert rows(engine, interviews) == rows(engine, counts) == []


@pytest.mark.parametrize(
    ("changes", "counted"),
    [({"consent": "2"}, "refused"), ({"agegrp": "0"}, "ineligible")],
    ids=["refused", "too young"],
)
def test_without_consent_and_under_13_nothing_is_kept_but_a_count(engine, file, changes, counted):
    imported(engine, file(form(**changes)))
    assert [(row["disposition"], row["count"]) for row in rows(engine, counts)] == [(counted, 1)]
    assert rows(engine, interviews) == rows(engine, answers) == rows(engine, verbatims) == []


@pytest.mark.parametrize("changes", [{"consent": "2"}, {"agegrp": "0"}, {}], ids=["refused", "too young", "erased"])
def test_what_keeps_a_form_from_coming_again_cannot_be_worked_out_from_it(engine, file, changes):
    imported(engine, file(form(**changes)))
    if not changes:
        erase_by_reference(engine, EMPTY_SPOOL, "7K3M-QX91")
    instance = form()["instanceID"].removeprefix("uuid:")
    identifier = str(uuid.uuid5(uuid.UUID("5f0c6f5e-3f0a-4d0e-9a53-6f6d2f6b7c11"), instance))
    (tombstone,) = rows(engine, tombstones)
    assert tombstone == {"digest": digest(KEY, identifier)}
    assert digest(b"another secret", identifier) != digest(KEY, identifier)
    assert identifier not in str([rows(engine, table) for table in Base.metadata.sorted_tables])


def test_the_reference_code_of_the_form_deletes_the_answers_and_they_do_not_come_back(engine, file):
    path = file(form())
    imported(engine, path)
    assert erase_by_reference(engine, EMPTY_SPOOL, "7K3M-QX91")
    assert imported(engine, path) == Imported(known=1)
    assert rows(engine, interviews) == rows(engine, answers) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"env1": "5"}, "row 3, env1: '5' is none of the codes 3, 2, 1, 66, 77, 88, 99"),
        ({"env1": "Often"}, "row 3, env1: 'Often' is none of the codes"),
        ({"saf1": "3"}, "row 3, saf1: '3' answers a question that was not to be asked"),
        ({"agegrp": "1"}, "row 3, gndr: '2' answers a question that was not to be asked"),
        ({"consent": None}, "row 3, consent: it is empty"),
        ({"consent": "3"}, "row 3, consent: '3' is none of the codes 1, 2"),
        ({"effort_min": "500"}, "row 3, effort_min: 500 minutes are not the time chosen at effort"),
        ({"effort_min": "an hour"}, "row 3, effort_min: 'an hour' is no whole number"),
        ({"start": "yesterday"}, "row 3, start: 'yesterday' is no time"),
        ({"end": "2024-05-04T10:00:00"}, "row 3, end: '2024-05-04T10:00:00' has no time zone"),
        ({"end": "2024-05-03T10:00:00Z"}, "row 3, end: it is before start"),
        ({"end": "2024-05-05T10:00:01+01:00"}, "row 3, end: it is more than 24 hours after start"),
        ({"start": "1999-12-31T23:59:59Z"}, "row 3, start: '1999-12-31T23:59:59Z' is before 2000"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "row 3, start: '0001-01-01T00:00:00+14:00' is before 2000"),
        ({"start": "2999-05-04T10:00:00Z"}, "row 3, start: '2999-05-04T10:00:00Z' is more than a day ahead"),
        ({"end": "9999-12-31T23:59:59-14:00"}, "row 3, end: '9999-12-31T23:59:59-14:00' is more than a day ahead"),
        ({"language": "English-UK"}, "row 3, language: 'English-UK' is no code like en or pt-BR"),
        ({"reference": "1"}, "row 3, reference: '1' is no code like 7K3M-QX9T"),
        ({"reference": "hello world"}, "row 3, reference: 'hello world' is no code like 7K3M-QX9T"),
        ({"comment": "a" * 2001}, "row 3, comment: it has 2001 characters, and the form takes 2000"),
        ({"topics": "a" * 2001}, "row 3, topics: it has 2001 characters, and the form takes 2000"),
        ({"env1": "1" * 5000}, "row 3, env1: '1111111111111111111111111111111111111111' is none of the codes"),
        ({"effort": "4", "effort_min": "1" * 5000}, "is no whole number of minutes a month"),
        ({"effort": "4", "effort_min": "44641"}, "row 3, effort_min: '44641' is no whole number of minutes a month"),
        ({"instanceID": None}, "row 3, instanceID: it is empty"),
        ({"instanceID": form(1)["instanceID"]}, "row 3, instanceID: another row has the same"),
        ({"reference": form(1)["reference"]}, "row 3, reference: another row has the same"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_one_wrong_cell_is_named_and_nothing_is_imported(engine, file, changes, said):
    code, message = refused(engine, file(form(1), form(2, **changes)))
    assert code == "responses_refused"
    assert said in message


def test_a_reference_code_may_be_written_like_a_citizen_writes_it_or_be_left_empty(engine, file):
    assert imported(engine, file(form(1, reference=" 7k3m qx9t "), form(2, reference=None))) == Imported(new=2)
    assert erase_by_reference(engine, EMPTY_SPOOL, "7K3M-QX9T")


def test_a_language_may_have_a_region(engine, file):
    imported(engine, file(form(language="pt-BR")))
    assert exported(engine)[0]["language"] == "pt-BR"


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "import"])
def test_when_the_database_refuses_one_form_none_is_in(engine, file, monkeypatch, dry_run):
    project = Recorder.project

    def refusing(recorder, connection, events):
        project(recorder, connection, events)
        if events[0]["value"] == 2:  # the form without consent, which is the last one
            connection.execute(sa.insert(counts), {"day": None, "disposition": "refused", "count": 1})

    monkeypatch.setattr(Recorder, "project", refusing)
    with pytest.raises(sa.exc.IntegrityError):
        imported(engine, file(form(1), form(2), form(3, consent="2")), dry_run=dry_run)
    assert rows(engine, interviews) == rows(engine, answers) == rows(engine, counts) == []


def test_an_unknown_version_is_refused(engine, file):
    assert refused(engine, file(form(instrument="coproduction-9.9")))[0] == "unknown_instrument"


def test_a_reference_code_of_another_interview_is_refused(engine, file):
    imported(engine, file(form(1)))
    with pytest.raises(UserError, match="another interview has it"):
        imported(engine, file(form(2, reference=form(1)["reference"])))


@pytest.mark.parametrize("column", ["consent", "env4", "instanceID", "start"])
def test_a_column_that_is_missing_is_named(engine, file, column):
    code, message = refused(engine, file(form(), header=lambda name: "misspelt" if name == column else name))
    assert code == "responses_columns"
    assert re.search(rf"no column {column}\b", message)


@pytest.mark.parametrize(
    "options",
    [
        {"header": lambda name: "meta-instanceID" if name == "instanceID" else name},
        {"header": lambda name: "KEY" if name == "instanceID" else f"interview-{name}"},
        {"header": lambda name: "_uuid" if name == "instanceID" else f"interview/{name}", "delimiter": ";"},
    ],
    ids=["ODK Central", "ODK Central with groups", "KoBo"],
)
def test_exports_of_odk_and_kobo_are_read(engine, file, options):
    assert imported(engine, file(form(), **options)) == Imported(new=1)


def test_a_form_that_was_broken_off_is_partial_or_a_break_off(engine, file):
    rest = dict.fromkeys([*COLUMNS[COLUMNS.index("env3") : -1], "effort_min"])
    imported(engine, file(form(**rest)))
    (row,) = exported(engine)
    assert row["disposition"] == "breakoff"


def test_a_file_that_is_no_csv_is_refused(engine, tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(b"PK\x03\x04\xff\xfe\x00")
    assert refused(engine, path)[0] in ("unreadable_responses", "responses_columns")
    assert refused(engine, tmp_path / "nowhere.csv")[0] == "no_such_file"


def test_the_form_brings_every_column_that_the_import_needs():
    in_the_form = {row["name"] for row in survey_rows(INSTRUMENT)}
    assert set(COLUMNS) - {"instanceID", "language"} <= in_the_form  # every XForm has an instanceID


def test_interviews_older_than_they_are_kept_stay_out(engine, file):
    path = file(form())
    [interview] = read_responses(path, VERSIONS)
    assert imported(engine, path, since=interview.ended_at + 1) == Imported(expired=1)
    assert rows(engine, interviews) == []
    assert imported(engine, path, since=interview.ended_at) == Imported(new=1)
