"""What a message states: what is named, what is denied, taken back or doubted, and what else it says."""

import pytest

from coproduction.dialogue.understanding.language import rules_for
from coproduction.dialogue.understanding.statements import read_statement, state, whole_message

SAFETY, ENVIRONMENT, HEALTH = 1, 2, 3
SECTOR = rules_for("en").scales["sector"]


def words(text):
    return rules_for("en").words(text)


def stated(text):
    statement = state(SECTOR, words(text))
    return [hit.code for hit in statement.codes], set(statement.denied)


@pytest.mark.parametrize(
    ("text", "named", "denied"),
    [
        ("health", [HEALTH], set()),
        ("not health", [], {HEALTH}),
        ("not crime or litter", [], {SAFETY, ENVIRONMENT}),
        ("neither health nor safety, the environment", [ENVIRONMENT], {HEALTH, SAFETY}),
        ("not safety, health", [HEALTH], {SAFETY}),
        ("not health, safety or the environment", [SAFETY, ENVIRONMENT], {HEALTH}),
        ("not health. safety", [SAFETY], {HEALTH}),
        ("not health but safety", [SAFETY], {HEALTH}),
        ("health not safety", [HEALTH], {SAFETY}),
        ("not health because of crime", [SAFETY], {HEALTH}),
        ("not safety, no, health", [HEALTH], {SAFETY}),
        ("not, or health", [HEALTH], set()),
        ("not often, health", [HEALTH], set()),
    ],
)
def test_a_negation_denies_what_follows_it_in_its_clause(text, named, denied):
    assert stated(text) == (named, denied)


@pytest.mark.parametrize(
    ("text", "is_doubtful"),
    [
        ("health", False),
        ("not safety, health", False),
        ("health, not safety", False),
        ("health, not", True),
        ("not. health", True),
        ("not really but health", True),
        ("not, not health", True),
        ("not, or health", True),
        ("not because of crime", True),
        ("health but", True),
        ("perhaps health", True),
        ("health?", True),
        ("safety and health", True),
        ("health and the NHS", False),
        ("safety, no, health", False),
        ("no, safety and health", True),
        ("safety and health, no", True),
        ("safety, no, health and litter", True),
    ],
)
def test_doubt_is_a_hedge_a_turn_a_question_a_contradiction_or_a_negation_of_nothing(text, is_doubtful):
    assert state(SECTOR, words(text)).doubtful is is_doubtful


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("health", (HEALTH, True, False)),
        ("safety, no, health", (HEALTH, True, False)),
        ("hospitals, health", (HEALTH, True, False)),
        ("hospitals", (HEALTH, False, False)),
        ("crime, no, hospitals", (HEALTH, False, False)),
        ("perhaps health", (HEALTH, False, True)),
        ("health apple", (HEALTH, False, True)),
        ("health apple banana cherry lemon melon", (HEALTH, False, True)),
        ("health apple banana cherry lemon melon grape", None),
        ("apple", None),
    ],
)
def test_an_answer_among_more_than_five_other_words_is_none(text, expected):
    reading = read_statement(SECTOR, words(text), "rules")
    assert (reading and (reading.code, reading.sure, reading.doubtful)) == expected


def test_words_of_the_question_say_nothing_more():
    assert state(SECTOR, words("health for apples")).leftover == 1
    assert state(SECTOR, words("health for apples"), about=["apple"]).leftover == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rather not say", 77),
        ("um, I don't know!", 88),
        ("don't know, n/a", None),
        ("don't know apples", None),
        ("", None),
    ],
)
def test_a_whole_message_is_one_code_and_nothing_else(text, code):
    assert whole_message(rules_for("en").missing, words(text)) == code
