"""The instrument: one file that questions, codes and labels come from."""

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from coproduction.survey.instrument import InstrumentError, current_instrument, read_instrument

RECORD = (
    "sector saf1 saf2 saf3 saf4 saf5 env1 env2 env3 env4 env5 hea1 hea2 hea3 hea4 hea5 effic more effort company place "
    "topics agegrp gndr mnactic eisced domicil comment"
).split()

CODES = {
    "sector": [1, 2, 3],
    "saf1": [3, 2, 1],
    "effic": [4, 3, 2, 1],
    "more": [1, 2, 3],
    "effort": [0, 1, 2, 3, 4],
    "company": [1, 2, 3, 4],
    "place": [1, 2, 3],
    "agegrp": [1, 2, 3, 4, 5, 6, 7, 8, 0],
    "gndr": [1, 2, 3],
    "mnactic": [1, 2, 3, 4, 5, 6, 7, 8, 9],
    "eisced": [1, 2, 3, 4, 5, 6, 7],
    "domicil": [1, 2, 3, 4, 5],
}


def test_the_variables_are_those_of_the_record():
    assert [question.name for question in current_instrument().variables] == RECORD


@pytest.mark.parametrize(("variable", "codes"), CODES.items())
def test_codes_are_those_of_the_record(variable, codes):
    instrument = current_instrument()
    assert [c.code for c in instrument.scale_of(instrument.question(variable)).categories] == codes


def test_missing_codes_are_those_of_the_european_social_survey():
    assert [m.code for m in current_instrument().missing] == [66, 77, 88, 99]


def test_no_item_claims_to_be_the_wording_of_2008():
    assert not any(question.verified for question in current_instrument().questions)


def test_every_question_says_why_it_is_asked():
    assert all(len(question.why) > 20 for question in current_instrument().questions)


def test_every_recorded_question_has_a_label():
    assert all(question.label for question in current_instrument().variables)


def test_only_the_youngest_group_is_screened_out():
    ages = current_instrument().scales["age"].categories
    assert [c.code for c in ages if c.screens_out] == [0]


def test_the_free_text_questions_offer_to_skip():
    assert [choice.title for choice in current_instrument().choices("topics")] == ["Skip"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("scale: sector\n", "scale: sectors\n"), "no scale sectors"),
        (("ask_if: {sector: [1]}", "ask_if: {sektor: [1]}"), "sektor"),
        (("name: effic\n", "name: more\n"), "same name"),
        (("kind: topics", "kind: essay"), "essay"),
    ],
)
def test_an_instrument_that_contradicts_itself_is_refused_with_the_reason(tmp_path, change, complaint):
    source = Path("coproduction/survey/instrument.yml").read_text()
    broken = tmp_path / "instrument.yml"
    broken.write_text(source.replace(*change, 1))
    with pytest.raises(InstrumentError, match=complaint):
        read_instrument(broken)


def test_another_text_of_consent_is_another_version():
    texts = yaml.safe_load((Path(__file__).resolve().parents[2] / "domain.yml").read_text(encoding="utf-8"))
    asked = json.dumps(texts["responses"]["utter_ask_consent"], sort_keys=True)
    known = {"1": "ff07f3357fe180b3"}
    digest = hashlib.sha256(asked.encode()).hexdigest()[:16]
    assert known[current_instrument().consent_version] == digest, "raise consent_version in instrument.yml"
