"""The form for field interviewers: the same questions, by the same conditions, with all missing codes."""

import hashlib
import re

import openpyxl
import pytest
from pyxform.xls2xform import convert

from coproduction.records import reference
from coproduction.survey.instrument import current_instrument
from coproduction.survey.routing import applies
from coproduction.survey.xlsform import ALPHABET, write_xlsform

INSTRUMENT = current_instrument()


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    write_xlsform(INSTRUMENT, path)
    return path


def sheet(form, name):
    header, *rows = openpyxl.load_workbook(form)[name].iter_rows(values_only=True)
    return [{key: value for key, value in zip(header, row, strict=True) if value is not None} for row in rows]


def rows(form):
    return {row["name"]: row for row in sheet(form, "survey")}


def test_pyxform_accepts_the_form_without_a_warning(form):
    warnings = []
    result = convert(form, warnings=warnings)
    assert warnings == result.warnings == []
    assert f'version="{INSTRUMENT.version}"' in result.xform


def test_every_question_is_in_the_form_in_the_order_of_asking(form):
    names = [name for name in rows(form) if name in INSTRUMENT]
    assert names == [question.name for question in INSTRUMENT.questions if question.name != "match"]


def test_the_form_asks_in_the_words_of_the_questionnaire(form):
    found = rows(form)
    assert all(found[question.name]["label"] == question.text for question in INSTRUMENT.variables)


def test_the_form_does_not_promise_suggestions_that_an_interviewer_cannot_make(form):
    assert "suggestion" not in rows(form)["consent"]["label"]
    consent = [row["label"] for row in sheet(form, "choices") if row["list_name"] == "consent"]
    assert consent == ["Yes", "No"]


def test_another_text_of_consent_in_person_is_another_version(form):
    asked = [
        rows(form)["consent"]["label"],
        *(r["label"] for r in sheet(form, "choices") if r["list_name"] == "consent"),
    ]
    known = {"1": "e9eca9444cbd2944"}
    digest = hashlib.sha256("\n".join(asked).encode()).hexdigest()[:16]
    assert known[INSTRUMENT.consent_version] == digest, "raise consent_version in instrument.yml"


@pytest.mark.parametrize(
    "given",
    [
        {"consent": 2},
        {"consent": 1},
        {"consent": 1, "sector": 1},
        {"consent": 1, "sector": 3, "agegrp": 1},
        {"consent": 1, "sector": 2, "agegrp": 5, "background": 1},
        {"consent": 1, "sector": 2, "agegrp": 5, "background": 2},
    ],
    ids=str,
)
def test_the_form_asks_whom_the_chat_asks(form, given):
    asked = {name for name, row in rows(form).items() if name in INSTRUMENT and holds(row.get("relevant", ""), given)}
    wanted = {q.name for q in INSTRUMENT.questions if q.name != "match" and applies(q, given)}
    assert asked == (wanted if given["consent"] == 1 else {"consent"})


def holds(relevant, given):
    """Whether a condition of the form holds, worked out in Python."""
    expression = re.sub(r"\$\{(\w+)\}", lambda found: repr(str(given.get(found[1], ""))), relevant).replace(
        " = ", " == "
    )
    return not expression or bool(eval(expression))


def test_nobody_under_13_is_asked_more(form):
    after = [name for name in rows(form) if name in INSTRUMENT]
    after = after[after.index("agegrp") + 1 :]
    given = {"consent": 1, "sector": 2, "agegrp": 0, "background": 1}
    assert [name for name in after if holds(rows(form)[name]["relevant"], given)] == []
    assert holds(rows(form)["too_young"]["relevant"], given)


def test_closed_questions_have_the_codes_and_the_missing_codes(form):
    choices = [(row["list_name"], row["name"], row["label"]) for row in sheet(form, "choices")]
    assert [code for name, code, _ in choices if name == "saf1"] == ["3", "2", "1", "66", "77", "88", "99"]
    assert ("saf1", "66", "Does not apply to me") in choices
    assert ("saf1", "77", "Rather not say (do not read out)") in choices
    assert ("gndr", "77", "Rather not say") in choices
    assert [code for name, code, _ in choices if name == "consent"] == ["1", "2"]


def test_minutes_have_to_fit_the_time_that_was_chosen(form):
    minutes = rows(form)["effort_min"]
    assert "${effort} = '2' and . >= 60 and . <= 150" in minutes["constraint"]
    assert minutes["constraint_message"].startswith("That is not the time")


def test_the_respondent_gets_a_reference_code(form):
    assert "${reference}" in rows(form)["give_reference"]["label"]
    assert "once(int(random() * 32))" in rows(form)["sign_1"]["calculation"]
    assert ALPHABET == reference.ALPHABET
