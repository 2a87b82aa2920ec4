import pytest

from coproduction.dialogue.understanding.choices import read_choice
from coproduction.survey.instrument import Choice, current_instrument


def choice(question, text):
    reading = read_choice(current_instrument().choices(question), text)
    return reading and (reading.code, reading.sure)


@pytest.mark.parametrize(
    ("question", "text", "code"),
    [
        ("sector", "2", 2), ("sector", "2.", 2), ("sector", "(2)", 2), ("sector", "#2", 2), ("sector", "no. 2", 2),
        ("sector", "No. 2", 2), ("sector", "number 2 please", 2), ("sector", "option two", 2),
        ("sector", "the second one", 2), ("sector", "2nd", 2), ("sector", "first", 1), ("sector", "the third", 3),
        ("sector", "two", 2), ("sector", "one", 1), ("env1", "1", 3), ("env1", "3", 1), ("env1", "4", 66),
        ("agegrp", "1", 1), ("agegrp", "option 9", 0), ("agegrp", "option 10", 77),
        ("agegrp", "group 4", 4), ("effort", "1", 0), ("effort", "number five", 4), ("sector", "one, please", 1),
        ("env1", "the last one", 1), ("env1", "bottom", 1), ("agegrp", "the last", 0), ("company", "the last one", 4),
        ("env1", "the middle one", 2), ("agegrp", "the middle one", 5),
    ],
)  # fmt: skip
def test_a_number_means_the_choice_in_that_place(question, text, code):
    assert choice(question, text) == (code, True)


def test_where_choices_are_amounts_a_number_that_may_be_one_is_not_sure():
    assert [choice("agegrp", "4"), choice("agegrp", "8"), choice("agegrp", "9")] == [(4, True), (8, False), (0, False)]
    assert choice("effort", "5") == (4, False)


@pytest.mark.parametrize("text", ["no one", "No-one", "no no one"])
def test_nobody_is_not_the_first_choice(text):
    assert choice("consent", text) is None
    assert choice("effic", text) is None


@pytest.mark.parametrize(
    ("question", "text", "code"),
    [
        ("env1", "Often", 3), ("env1", "often.", 3), ("env1", "NEVER!!", 1), ("env1", " sometimes please", 2),
        ("sector", "environment", 2), ("sector", "the environment", 2), ("sector", "Safety", 1),
        ("sector", "public health", 3), ("company", "on my own", 1), ("company", "group", 3),
        ("company", "I don't mind", 4), ("company", "dont mind", 4), ("place", "anywhere", 3),
        ("gndr", "Woman", 2), ("gndr", "rather not say", 77), ("mnactic", "retired", 6), ("domicil", "village", 4),
        ("domicil", "a big city", 1), ("effort", "less than an hour a month", 1), ("more", "Maybe", 2),
        ("agegrp", "55 to 64", 6), ("effic", "don’t know", 88), ("mnactic", "paid work", 1),
    ],
)  # fmt: skip
def test_the_words_of_a_choice_or_a_clear_part_of_them_mean_that_choice(question, text, code):
    assert choice(question, text) == (code, True)


@pytest.mark.parametrize(
    ("question", "text", "code"),
    [
        ("env1", "oftn", 3), ("env1", "somtimes", 2), ("env1", "sometmes", 2), ("env1", "nevr", 1),
        ("sector", "evironment", 2), ("sector", "enviroment", 2), ("sector", "helth", 3), ("more", "mabye", 2),
        ("sector", "enviromnt", 2), ("mnactic", "retierd", 6), ("domicil", "vilage", 4), ("place", "anywere", 3),
    ],
)  # fmt: skip
def test_a_slip_of_the_fingers_does_not_matter(question, text, code):
    assert choice(question, text) == (code, True)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("env1", "77"), ("env1", "0"), ("env1", "6"), ("env1", "not often"), ("env1", "ever"), ("env1", "newer"),
        ("env1", "I often think about it"), ("env1", "often or sometimes"), ("env1", ""), ("env1", "?"),
        ("mnactic", "work"), ("agegrp", "77"), ("agegrp", "61"), ("agegrp", "10"), ("agegrp", "thirteen"),
        ("effort", "an hour a month"), ("effort", "8 hours a month"), ("effort", "time"), ("domicil", "home"),
        ("consent", "answers"), ("effic", "same"), ("sector", "public"[:3]), ("gndr", "way"),
        ("more", "B"), ("sector", "what do the other 2 mean"), ("eisced", "school"), ("company", "not on my own"),
        ("effort", "just a second"), ("hea4", "not me"), ("company", "the middle one"), ("sector", "that one"),
        ("sector", "the one"),
        ("sector", "1.5"), ("env1", "zero"), ("env1", "soften"), ("env1", "ften"), ("sector", "envrmnt"),
        ("sector", "ealth"), ("sector", "2" + "!" * 60), ("gndr", "mann"),
    ],
)  # fmt: skip
def test_what_is_not_clearly_one_choice_is_left_to_others(question, text):
    assert choice(question, text) is None


@pytest.mark.parametrize(
    ("titles", "text", "expected"),
    [
        (["Walking", "Talking"], "wolking", (0, True)),
        (["Morning", "Mourning"], "morning", (0, True)),
        (["Morning", "Mourning"], "mornning", (0, False)),
        (["Library", "Librarian"], "librari", (0, False)),
        (["Near home", "Away"], "hime", None),
        (["Near home", "Near work"], "near", None),
        (["Near home", "Far away"], "near", (0, True)),
        (["More often", "Less often"], "often", None),
    ],
)
def test_what_is_nearly_or_partly_two_choices_is_not_sure_to_be_one(titles, text, expected):
    reading = read_choice([Choice(code, title) for code, title in enumerate(titles)], text)
    assert (reading and (reading.code, reading.sure)) == expected


@pytest.mark.parametrize(
    "words",
    [
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"],
        ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th"],
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    ],
)
def test_places_and_numbers_in_words_are_those_of_the_choices(words):
    choices = [
        Choice(place, title) for place, title in enumerate("apple bread cheese date egg fig grape ham ice".split())
    ]
    readings = [read_choice(choices, f"{word} please") for word in words]
    assert [reading and reading.code for reading in readings] == list(range(9))
