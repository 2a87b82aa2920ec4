from datetime import date

import pytest

from coproduction.dialogue.understanding.facts import read_facts

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
     "I am one of them",
     "I got a parking ticket", "we have two cars", "no time like the present"],
)  # fmt: skip
def test_what_needs_the_question_or_is_about_something_else_is_no_fact(text):
    assert facts(text) == {}
