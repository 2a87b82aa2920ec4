"""The codebook: every column, code, missing code and change, as Markdown, CSV and DDI."""

import csv
import io
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema

from coproduction.records.recorder import Recorder
from coproduction.reports.codebook import HEADER, codebook_rows, write_codebook_csv, write_codebook_markdown
from coproduction.reports.ddi import NAMESPACE, write_ddi
from coproduction.reports.study import Study, read_study
from coproduction.reports.weighting import weight_column
from coproduction.survey.instrument import current_instrument
from coproduction.survey.versions import known_versions
from tests.records.events import interview, slot
from tests.reports.test_export import COLUMNS

OWN_SCHEMA = Path(__file__).parent / "ddi_codebook_2_5_part.xsd"
DDI = {"d": NAMESPACE}
STUDY = Study(120, date(2026, 1, 2), date(2026, 3, 1), ("web",), ("en",), ("GB",), ("coproduction-1.0",), 10)


def ddi(study=STUDY, of=None, weight=None):
    output = io.StringIO()
    write_ddi(study, of or known_versions(), "Anyborough Council", date(2026, 4, 1), output, weight)
    return output.getvalue()


def variable(text, name):
    return ElementTree.fromstring(text).find(f".//d:var[@name='{name}']", DDI)


def schemas():
    """Our own schema of the part we use, and the published one where DDI_SCHEMA says where it is."""
    published = os.environ.get("DDI_SCHEMA")
    return [OWN_SCHEMA, Path(published)] if published else [OWN_SCHEMA]


@pytest.mark.parametrize("schema", schemas(), ids=lambda path: path.name)
@pytest.mark.parametrize("study", [STUDY, Study(0, None, None, (), (), (), (), 10)], ids=["interviews", "none yet"])
def test_the_ddi_codebook_is_valid(schema, study):
    xmlschema.XMLSchema(schema).validate(ddi(study))


@pytest.mark.parametrize("schema", schemas(), ids=lambda path: path.name)
def test_the_ddi_codebook_of_several_versions_is_valid(schema, versions):
    xmlschema.XMLSchema(schema).validate(ddi(replace(STUDY, instruments=tuple(versions)), versions))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<invalrng>", "<invalrang>"),
        (' name="saf1"', ""),
        ('missing="Y"', 'missing="yes"'),
        ("<titl>", "<title>"),
        ('version="2.5"', 'version="2.1"'),
    ],
)
def test_the_schema_notices_a_codebook_that_is_not_valid(old, new):
    text = ddi().replace(old, new).replace(old.replace("<", "</"), new.replace("<", "</"))
    with pytest.raises((xmlschema.XMLSchemaValidationError, ElementTree.ParseError)):
        xmlschema.XMLSchema(OWN_SCHEMA).validate(text)


def test_the_ddi_codebook_has_every_column_in_the_order_of_the_file():
    root = ElementTree.fromstring(ddi())
    found = [(each.get("files"), each.get("name")) for each in root.iterfind(".//d:var", DDI)]
    assert [name for file, name in found if file == "F1"] == COLUMNS
    assert ("F2", "decline_reason") in found
    assert ("F3", "sec_saf1") in found
    assert [name.text for name in root.iterfind(".//d:fileName", DDI)] == [
        "interviews.csv",
        "matches.csv",
        "paradata.csv",
        "people.csv",
    ]


def test_a_ddi_variable_has_its_question_codes_missing_codes_and_who_is_asked():
    saf1 = variable(ddi(), "saf1")
    assert saf1.findtext("d:labl", None, DDI) == "Watches a neighbour's home while they are away"
    assert saf1.findtext("d:qstn/d:qstnLit", None, DDI) == current_instrument().question("saf1").text
    assert saf1.findtext("d:universe", None, DDI) == "Respondents whose sector is 1 (Community safety)"
    codes = [(c.findtext("d:catValu", None, DDI), c.get("missing", "N")) for c in saf1.iterfind("d:catgry", DDI)]
    assert codes == [("3", "N"), ("2", "N"), ("1", "N"), ("66", "Y"), ("77", "Y"), ("88", "Y"), ("99", "Y")]
    assert [item.get("VALUE") for item in saf1.iterfind("d:invalrng/d:item", DDI)] == ["66", "77", "88", "99"]
    assert "Not verified" in saf1.findtext("d:notes", None, DDI)


def test_who_is_asked_includes_the_conditions_of_the_questions_before():
    assert variable(ddi(), "gndr").findtext("d:universe", None, DDI) == (
        "Respondents whose agegrp is 2 (18 to 24), 3 (25 to 34), 4 (35 to 44), 5 (45 to 54), 6 (55 to 64), "
        "7 (65 to 74) or 8 (75 or over), and background is 1 (Yes, go on)"
    )


def test_the_ddi_codebook_says_how_the_sample_came_about():
    root = ElementTree.fromstring(ddi())
    assert "self-selected" in root.findtext(".//d:sampProc", None, DDI)
    assert "not known" in root.findtext(".//d:resInstru", None, DDI)
    assert [day.get("date") for day in root.iterfind(".//d:collDate", DDI)] == ["2026-01-02", "2026-03-01"]
    assert root.findtext(".//d:caseQnty", None, DDI) == "120"
    assert root.findtext(".//d:nation[@abbr='GB']", None, DDI) == "United Kingdom"


def test_times_are_dates_in_the_ddi_codebook():
    form = variable(ddi(), "started_at").find("d:varFormat", DDI)
    assert (form.get("category"), form.get("formatname")) == ("date", "ISO 8601")


def test_a_small_number_of_interviews_is_not_stated():
    assert "<caseQnty>fewer than 10</caseQnty>" in ddi(replace(STUDY, interviews=9))
    assert "<caseQnty>fewer than 200</caseQnty>" in ddi(replace(STUDY, smallest_group=200))


def test_the_codebook_names_what_changed_between_versions(versions):
    assert [note.text for note in variable(ddi(of=versions), "place").iterfind("d:notes[@type='version']", DDI)] == [
        "Version 1.0 of the questionnaire: other codes."
    ]
    markdown = io.StringIO()
    write_codebook_markdown(STUDY, versions, markdown)
    assert "Version 0.9 of the questionnaire: trust no longer asked, more other wording." in markdown.getvalue()


@pytest.mark.parametrize("schema", schemas(), ids=lambda path: path.name)
def test_a_weight_is_described_where_there_is_one(schema):
    weight = weight_column(["agegrp", "gndr"])
    text = ddi(weight=weight)
    xmlschema.XMLSchema(schema).validate(text)
    assert variable(text, "weight").get("wgt") == "wgt"
    assert variable(text, "weight").findtext("d:labl", None, DDI) == (
        "Weight, raked to margins of agegrp, gndr, trimmed at 0.2 and 5; its mean is 1"
    )
    assert weight.label in ElementTree.fromstring(text).findtext(".//d:dataColl/d:weight", None, DDI)
    assert variable(ddi(), "weight") is None
    assert [row[1] for row in codebook_rows(known_versions(), weight) if row[0] == "interviews"][-1] == "weight"
    markdown = io.StringIO()
    write_codebook_markdown(STUDY, known_versions(), markdown, weight)
    assert "## weight" in markdown.getvalue()


def test_the_study_is_read_from_the_records(engine):
    assert read_study(engine, 3).interviews == 0
    recorder = Recorder(engine, current_instrument())
    recorder.record([slot("consent", 1, at=1_800_000_000), slot("sector", 1, at=1_800_000_010)])
    other = {**interview("i-2", "WXYZ-2345"), "mode": "face-to-face"}
    recorder.record([slot("consent", 1, other, at=1_800_100_000)])
    study = read_study(engine, 3)
    assert (study.interviews, study.first, study.last) == (2, date(2027, 1, 15), date(2027, 1, 16))
    assert study.modes == ("face-to-face", "web")
    assert study.stated_interviews == "fewer than 3"
    assert "interviews in person" in study.sampling.lower()


def test_the_csv_codebook_explains_every_column_and_every_code():
    output = io.StringIO()
    write_codebook_csv(known_versions(), output)
    every = list(csv.DictReader(io.StringIO(output.getvalue())))
    assert list(every[0]) == HEADER
    assert {row["table"] for row in every} == {"interviews", "matches", "paradata", "people"}
    rows = [row for row in every if row["table"] == "interviews"]
    assert list(dict.fromkeys(row["variable"] for row in rows)) == COLUMNS
    agegrp = {row["code"]: row["missing"] for row in rows if row["variable"] == "agegrp"}
    assert list(agegrp) == ["1", "2", "3", "4", "5", "6", "7", "8", "66", "77", "88", "99"]
    assert {(row["type"], row["measure"]) for row in rows if row["variable"] == "agegrp"} == {("code", "ordinal")}
    assert {(row["type"], row["code"]) for row in rows if row["variable"] == "started_at"} == {("time", "")}
    assert agegrp["8"] == "no"
    assert agegrp["99"] == "yes"
    assert {row["verified_against_2008"] for row in rows if row["question"]} == {"no"}


def test_the_codebook_states_the_limits_and_the_aapor_groups():
    output = io.StringIO()
    write_codebook_markdown(STUDY, known_versions(), output)
    assert "self-selected" in output.getvalue()
    assert "| breakoff | 2.12 break-off (R) |" in output.getvalue()
    assert "Gender (code, nominal)." in output.getvalue()
    assert "| sec_effort | Seconds for effort: Time that suits |" in output.getvalue()
    assert "Interviews: 120, 2026-01-02 to 2026-03-01 (UTC)." in output.getvalue()
