from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduction.dialogue.understanding.ages import read_age_group
from coproduction.survey.scoring import age_group

TODAY = date(2026, 6, 1)


def age(text):
    reading = read_age_group(text, TODAY)
    return reading and (reading.code, reading.sure)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("my husband is 80 and I'm 78", 8), ("78 next week", 8), ("Year 10", 1), ("im in year 11", 1),
        ("61", 6), ("61 years", 6), ("I'm 61", 6), ("61 years old", 6), ("im 61", 6), ("early thirties", 3),
        ("thirteen", 1),
        ("nearly 18", 1), ("over 80", 8), ("I'm 12", 0), ("under 13", 0), ("I'm 9", 0), ("77", 8), ("9 years old", 0),
        ("I was born in 1988", 4), ("born in 05", 2), ("late fifties", 6), ("twenty-one", 2), ("80+", 8), ("100", 8),
        ("I'm 61, my wife is 58", 6), ("65 and proud", 7), ("18 to 24", 2), ("eighties", 8), ("just turned 18", 2),
        ("seventy two love", 7), ("I have 2 kids and I'm 34", 3), ("about 40", 4), ("I will be 18 in May", 1),
        ("aged 47", 5), ("I'm not 12 I'm 42", 4), ("not 60 yet, I'm 59", 6), ("3 march 1960", 7), ("fortyfive", 5),
        ("nineteen forty eight", 8),
        ("nineteen eighty five", 4), ("born nineteen fifty two", 7), ("born 16 April 1952", 7), ("fity six", 6),
        ("I'm the big five oh", 5), ("I am seven oh", 7), ("I'm six zero", 6),
        ("1960-03-12", 7), ("12.3.60", 7), ("born 4 may 1988", 4),
        ("centenarian", 8), ("an octogenarian", 8),
        ("78 and still kicking", 8), ("my age is 30", 3), ("62 and a half", 6), ("'88", 4), ("19, nearly 20", 2),
    ],
)  # fmt: skip
def test_an_age_or_year_of_birth_is_an_age_group(text, code):
    assert age(text) == (code, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [("born in 61", 6), ("1961", 6), ("'61", 6), ("teenager", 1), ("year 12", 1), ("mid thirties", 4),
     ("10", 0), ("maybe 61", 6),
     ("2013", 0), ("61?", 6), ("12/03/1961", 6), ("around 55", 6),
     ("two thousand and eight", 1), ("born 12/5/1961", 6), ("I am 7 8", 8), ("turned 6 0", 6), ("I am 4 3", 4),
     ("I may be 61", 6)],
)  # fmt: skip
def test_an_age_between_two_groups_or_in_doubt_is_only_proposed(text, code):
    assert age(text) == (code, False)


@pytest.mark.parametrize(
    "text",
    ["in my 40s", "pensioner", "retired", "9", "3", "my son is 12", "I've lived here 40 years", "not 18",
     "sixty-something", "forty odd", "2026", "I have a 12 year old", "class of 85",
     "30 minutes", "I am 12 at heart", "I feel 12",
     "130", "over 60", "I am in my seventies", "old enough", "2050", "my house is 61 years old", "20 miles", "",
     "often",
     "61 years ago", "61 pounds", "house number 61", "retired at 61", "61 percent", "61 score",
     "30 to 60", "I have 3 kids", "born in the sixties", "he is 14"],
)  # fmt: skip
def test_what_is_not_plainly_the_speakers_age_is_not_read(text):
    assert age(text) is None


@pytest.mark.parametrize(
    ("decade", "code"),
    [
        ("twenties", 3), ("thirties", 4), ("forties", 5), ("fourties", 5), ("fifties", 6), ("sixties", 7),
        ("seventies", 8), ("eighties", 8), ("nineties", 8), ("20s", 3), ("30s", 4), ("40s", 5), ("50s", 6), ("60s", 7),
        ("70s", 8), ("80s", 8), ("90s", 8),
    ],
)  # fmt: skip
def test_the_end_of_a_decade_is_an_age_group(decade, code):
    assert age(f"late {decade}") == age(f"I'm in my late {decade}") == (code, True)


@given(st.integers(10, 110))
def test_every_age_is_read_as_its_group(years):
    assert age(f"I'm {years}") == (age_group(years), True)


@given(st.integers(1920, 2021))
def test_a_year_of_birth_is_sure_only_where_both_possible_ages_share_a_group(year):
    older, younger = age_group(2026 - year), age_group(2026 - year - 1)
    reading = age(f"born in {year}")
    assert reading is not None
    assert reading[0] in (older, younger)
    assert reading[1] == (older == younger)


@pytest.mark.parametrize("text", ["I'm 12", "12", "I am 9 years old", "nearly 12"])
def test_an_age_under_13_and_nothing_else_is_sure(text):
    assert age(text) == (0, True)


@pytest.mark.parametrize("text", ["I am size 12", "my mental age is 9", "I am number 9 in the family"])
def test_an_age_under_13_that_may_be_said_of_something_else_is_only_proposed(text):
    assert age(text) == (0, False)


def test_the_ages_of_children_are_not_the_speakers():
    assert read_age_group("as a single mum of 3 aged 4 6 and 9 none", TODAY, unasked=True) is None
