"""domain.yml, the rules and the training data agree with the instrument and with each other."""

import string
from pathlib import Path

import pytest
import yaml

from coproduction.dialogue.domain import MARKER, answer_intents, instrument_domain, write_domain
from coproduction.errors import UserError
from coproduction.survey.instrument import current_instrument

DOMAIN = yaml.safe_load(Path("domain.yml").read_text())
RULES = yaml.safe_load(Path("data/rules.yml").read_text())["rules"]
EXAMPLES = [
    block for path in sorted(Path("data/nlu").rglob("*.yml")) for block in yaml.safe_load(path.read_text())["nlu"]
]
FACTS = {
    "council", "contact", "languages", "service_requests_url", "privacy_url", "young_people_url", "emergency_numbers",
    "non_emergency_numbers", "self_harm_lines", "abuse_lines", "duration", "reference", "reference_note", "why",
    "noted", "proposed", "answers", "unmet", "title", "first_step", "link", "summary", "facts",
}  # fmt: skip


def test_questions_slots_and_entities_are_those_of_the_instrument():
    wanted = instrument_domain(current_instrument())
    assert DOMAIN["slots"] == wanted["slots"]
    assert DOMAIN["entities"] == wanted["entities"]
    questions = {n: r for n, r in DOMAIN["responses"].items() if n.startswith("utter_ask_")}
    assert questions == wanted["responses"]


def test_every_answer_category_has_its_intent_and_examples():
    wanted = set(answer_intents(current_instrument()))
    assert wanted <= set(DOMAIN["intents"])
    assert wanted <= {block["intent"] for block in EXAMPLES}


def test_every_example_belongs_to_an_intent_of_the_domain():
    assert {block["intent"] for block in EXAMPLES} <= set(DOMAIN["intents"])


def test_no_example_stands_under_two_intents():
    seen = {}
    for block in EXAMPLES:
        for line in block["examples"].splitlines():
            text = line.removeprefix("- ").strip().lower()
            assert seen.setdefault(text, block["intent"]) == block["intent"], text


def test_rules_name_intents_and_actions_of_the_domain():
    for rule in RULES:
        for step in rule["steps"]:
            assert step.get("intent", "start") in DOMAIN["intents"], rule["rule"]
            assert step.get("action", "utter_welcome") in DOMAIN["actions"], rule["rule"]


def test_every_response_that_is_an_action_is_worded():
    assert {a for a in DOMAIN["actions"] if a.startswith("utter_")} <= set(DOMAIN["responses"])


@pytest.mark.parametrize("name", DOMAIN["responses"])
def test_a_response_uses_only_placeholders_that_are_filled(name):
    for variation in DOMAIN["responses"][name]:
        used = {field for _, field, _, _ in string.Formatter().parse(variation["text"]) if field}
        assert used <= FACTS


def test_the_instruments_part_is_written_below_the_marker_and_only_once(tmp_path):
    copy = tmp_path / "domain.yml"
    copy.write_text(Path("domain.yml").read_text())
    assert not write_domain(copy, current_instrument())
    copy.write_text(Path("domain.yml").read_text().replace("How often do you sort", "How rarely do you sort"))
    assert write_domain(copy, current_instrument())
    assert copy.read_text() == Path("domain.yml").read_text()


def test_a_domain_without_the_marker_is_left_alone(tmp_path):
    copy = tmp_path / "domain.yml"
    copy.write_text("version: '3.1'\n")
    with pytest.raises(UserError, match="from coproduction"):
        write_domain(copy, current_instrument())
    assert MARKER not in copy.read_text()
