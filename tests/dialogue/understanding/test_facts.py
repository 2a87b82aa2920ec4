from datetime import date

import pytest

from coproduction.dialogue.understanding.facts import read_facts, read_list, without_facts

TODAY = date(2026, 6, 1)


def facts(text):
    return {name: reading.code for name, reading in read_facts("en", text, TODAY).items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'd like something small for the environment that I can do on my own",
            {"sector": 2, "effort": 1, "company": 1}),
        ("actually, health rather than safety", {"sector": 3}),
        ("I'm 15 and have an hour a week", {"agegrp": 1, "effort": 3}),
        ("I care about the environment", {"sector": 2}),
        ("I can spare 20 minutes a day", {"effort": 4}),
        ("I'd prefer to do it in a group", {"company": 3}),
        ("something I can do from home", {"place": 1}),
        ("I'm 72, I'd rather do something near home", {"agegrp": 7, "place": 2}),
        ("I'm interested in wildlife. I only have two hours a month.", {"sector": 2, "effort": 2}),
        ("I would rather do it with friends", {"company": 2}),
        ("I care about safety, no, I care about the environment", {"sector": 2}),
        ("I have about a good couple of hours a week", {"effort": 4}),
    ],
)  # fmt: skip
def test_plain_facts_are_read_whatever_was_asked(text, expected):
    assert facts(text) == expected


@pytest.mark.parametrize(
    "text",
    ["often", "yes", "on the other hand", "I live on my own", "I work 40 hours a week", "my son is 15", "61",
     "health",
     "health and safety gone mad", "I have lived here for 20 years", "I walk for my health",
     "is it for the environment?",
     "it takes an hour a week", "never at home", "I don't want to do it in a group", "my neighbour is 80", "",
     "I am one of them", "I can spare an hour", "I can spare an hour a week?",
     "I care about the environment and I care about health",
     "I got a parking ticket", "we have two cars", "no time like the present"],
)  # fmt: skip
def test_what_needs_the_question_or_is_about_something_else_is_no_fact(text):
    assert facts(text) == {}


SCALES = {"sector": "sector", "effort": "effort", "company": "company", "place": "place"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the environment, on my own, an hour a week", {"sector": 2, "company": 1, "effort": 3}),
        ("health and from home", {"sector": 3, "place": 1}),
        ("health; from home", {"sector": 3, "place": 1}),
        ("health, an hour a week on my own", {"sector": 3, "effort": 3, "company": 1}),
        ("health, public health, from home", {"sector": 3, "place": 1}),
        ("health, safety, from home", {}),
        ("health", {}),
        ("perhaps health, from home", {}),
        ("health, no time", {}),
        ("health, banana", {}),
        ("", {}),
    ],
)
def test_a_list_answers_several_questions_where_each_item_answers_just_one(text, expected):
    found = read_list("en", text, SCALES, TODAY)
    assert {name: reading.code for name, reading in found.items()} == expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("I'm 45 by the way, and sometimes", "and sometimes"),
        ("I care about health. never", "never"),
        ("often", "often"),
        ("I care about health", ""),
    ],
)
def test_what_is_left_of_a_message_without_its_facts(text, rest):
    assert without_facts("en", text, TODAY) == rest


@pytest.mark.parametrize(
    ("text", "variable", "expected"),
    [
        ("I'm 15", "agegrp", (1, True)), ("something on my own", "company", (1, True)),
        ("last year I did something on my own", "company", (1, False)),
        ("I'd like to meet new people", "company", (3, False)),
        ("I don't mind if it is in a group", "company", (4, True)), ("happy to travel", "place", (3, True)),
        ("I'm housebound", "place", (1, False)), ("locally", "place", (2, False)),
        ("near where I live", "place", (2, True)), ("burgled, near where I live", "place", (2, False)),
        ("I'm worried about crime", "sector", (1, False)), ("help lonely people", "sector", (3, False)),
        ("perhaps I care about the environment", "sector", (2, False)),
        ("the council cares about safety", "sector", (1, False)), ("I have no free time", "effort", (0, False)),
        ("I have lots of time", "effort", (4, False)), ("something small", "effort", (1, False)),
        ("I have no time for politicians", "effort", None), ("it is for health reasons", "sector", None),
        ("I work from home", "place", None),
    ],
)  # fmt: skip
def test_a_fact_is_sure_where_its_words_are_plain(text, variable, expected):
    reading = read_facts("en", text, TODAY).get(variable)
    assert (reading and (reading.code, reading.sure)) == expected
