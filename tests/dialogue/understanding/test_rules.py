from datetime import date

import pytest

from coproduction.dialogue.understanding.rules import (
    is_against_something,
    is_correction,
    is_nothing_in_particular,
    named_subjects,
    negated_codes,
    read,
    read_missing,
    without_reference_to_previous,
)

RECYCLING = "How often do you sort your rubbish for recycling?"
CAR = "How often do you walk or cycle instead of taking the car?"
LITTER = "How often do you pick up litter?"
LIGHTS = "How often do you report things that make your area less safe, like a broken street light?"
BURGLARS = "How often do you lock up and leave a light on when you go out, to put burglars off?"
FRAIL = "How often do you look in on someone who is ill, frail or lonely?"
DOCTOR = "How often do you find out how to treat something small yourself before you see a doctor?"
SURE, LIKELY = True, False


@pytest.mark.parametrize(
    ("scale", "text", "expected"),
    [
        ("frequency", "hardly ever", (2, SURE)), ("frequency", "not often", (2, SURE)),
        ("frequency", "not that often tbh", (2, SURE)), ("frequency", "always", (3, SURE)),
        ("frequency", "every week", (3, SURE)), ("frequency", "once in a blue moon", (2, SURE)),
        ("frequency", "when I remember", (2, SURE)), ("frequency", "now and then", (2, SURE)),
        ("frequency", "never", (1, SURE)), ("frequency", "not once", (1, SURE)),
        ("frequency", "I don't bother", (1, SURE)), ("frequency", "I never do that", (1, SURE)),
        ("frequency", "often, well, now and then", (2, SURE)), ("frequency", "3 times a week", (3, SURE)),
        ("frequency", "I do my recycling every week", (3, LIKELY)), ("frequency", "I never miss", (3, SURE)),
        ("frequency", "I've never missed", (3, SURE)), ("frequency", "hundred percent", (3, SURE)),
        ("frequency", "3x week", (3, SURE)), ("frequency", "never leave the tap running", (3, LIKELY)),
        ("frequency", "I skip most of them", (2, LIKELY)), ("frequency", "who doesn't", (3, LIKELY)),
        ("place", "sofa", (1, SURE)), ("gender", "I was a man", (1, LIKELY)),
        ("place", "online is no good for me", (1, LIKELY)), ("place", "away from home", None),
        ("education", "dropped out of uni", None),
        ("activity", "I teach at a school", (1, SURE)), ("activity", "universal credit", None),
        ("frequency", "I usually don't", (2, LIKELY)),
        ("frequency", "twice a year", (2, SURE)), ("frequency", "most days", (3, SURE)),
        ("frequency", "somtimes I do", (2, SURE)), ("frequency", "maybe sometimes", (2, LIKELY)),
        ("frequency", "often or sometimes", (2, LIKELY)), ("frequency", "often?", (3, LIKELY)),
        ("frequency", "I used to do it every day", (3, LIKELY)), ("frequency", "monthly", (2, LIKELY)),
        ("frequency", "my wife always does", (3, LIKELY)), ("frequency", "not every week", (2, SURE)),
        ("frequency", "I don't do it every week", (3, LIKELY)), ("frequency", "never mind", None),
        ("frequency", "don't know", None), ("frequency", "I don't have a garden", None),
        ("frequency", "banana", None),
        ("frequency", "not always", (2, SURE)), ("frequency", "all the time", (3, SURE)),
        ("consent", "yes", (1, SURE)), ("consent", "yeah go on then", (1, SURE)), ("consent", "nope", (2, SURE)),
        ("consent", "no thanks", (2, SURE)), ("consent", "not really", (2, SURE)),
        ("consent", "I'd rather not", (2, SURE)),
        ("consent", "I suppose so", (1, LIKELY)), ("consent", "I don't mind", (1, LIKELY)),
        ("consent", "no problem", (1, SURE)), ("consent", "yes but only if it's anonymous", (1, LIKELY)),
        ("consent", "yes no", (2, LIKELY)), ("consent", "not sure", None), ("consent", "why not", (1, LIKELY)),
        ("consent", "don't keep my answers", (2, SURE)), ("consent", "what do you do with them", None),
        ("consent", "yesss", (1, SURE)), ("consent", "👍", (1, SURE)), ("consent", "of course not", (2, SURE)),
        ("consent", "y", (1, SURE)), ("consent", "n", (2, SURE)), ("consent", "k", (1, SURE)),
        ("sector", "definitely the environment, closest to my heart", (2, SURE)),
        ("background", "ok", (1, SURE)), ("background", "nah, that's enough", (2, SURE)),
        ("willingness", "go on then", (1, SURE)), ("willingness", "not really", (3, LIKELY)),
        ("willingness", "I suppose so", (1, LIKELY)), ("willingness", "depends", (2, SURE)),
        ("willingness", "it depends what it is", (2, SURE)), ("willingness", "I'd love to", (1, SURE)),
        ("willingness", "count me in", (1, SURE)), ("willingness", "not interested", (3, SURE)),
        ("willingness", "yes and no", (2, SURE)), ("willingness", "yes maybe", (2, LIKELY)),
        ("willingness", "I do enough already", (3, LIKELY)), ("willingness", "no way", (3, SURE)),
        ("efficacy", "a lot", (4, SURE)), ("efficacy", "not a lot", (2, SURE)), ("efficacy", "not much", (2, SURE)),
        ("efficacy", "none at all", (1, SURE)), ("efficacy", "a bit", (2, SURE)), ("efficacy", "loads", (4, SURE)),
        ("efficacy", "quite a bit", (3, SURE)), ("efficacy", "some people never bother", None),
        ("efficacy", "makes no odds", (1, SURE)), ("efficacy", "no hope", (1, SURE)),
        ("sector", "health over safety", (3, SURE)), ("sector", "domestic violence", (1, SURE)),
        ("sector", "stuff the environment", None), ("willingness", "I wish", (2, LIKELY)),
        ("willingness", "as if", (3, SURE)), ("consent", "yer", (1, SURE)), ("effort", "bugger all", (0, SURE)),
        ("place", "owt close", (2, SURE)), ("company", "one to one", (2, LIKELY)), ("efficacy", "no idea", None),
        ("effort", "20 mins a day", (4, SURE)), ("effort", "no time", (0, SURE)),
        ("effort", "I'm too busy", (0, LIKELY)),
        ("effort", "not much", (1, LIKELY)), ("effort", "a few minutes", (1, SURE)),
        ("effort", "loads of time", (4, LIKELY)),
        ("effort", "I haven't got any time", (0, SURE)), ("effort", "an hour a week", (3, SURE)),
        ("effort", "something small", (1, LIKELY)), ("effort", "none", (0, SURE)), ("effort", "2 hours", (2, LIKELY)),
        ("company", "on my own", (1, SURE)), ("company", "by myself please", (1, SURE)),
        ("company", "solo", (1, SURE)),
        ("company", "not alone", (3, LIKELY)), ("company", "with my mates", (2, SURE)),
        ("company", "a group of friends", (2, LIKELY)), ("company", "not in a group", (1, LIKELY)),
        ("company", "not fussed", (4, SURE)), ("company", "in a group I think", (3, SURE)),
        ("company", "on my own or with friends", (2, LIKELY)), ("company", "anything but a group", None),
        ("company", "with other people", (3, LIKELY)), ("company", "leave me alone", None),
        ("place", "from home", (1, SURE)), ("place", "online", (1, SURE)), ("place", "near me", (2, SURE)),
        ("place", "anywhere near home", (2, SURE)), ("place", "wherever you need me", (3, SURE)),
        ("place", "not at home", (2, LIKELY)), ("place", "I don't mind", (3, LIKELY)),
        ("place", "anywhere but home", None),
        ("place", "within walking distance", (2, SURE)), ("place", "in my garden", (1, LIKELY)),
        ("sector", "climate change", (2, SURE)), ("sector", "health rather than safety", (3, SURE)),
        ("sector", "not safety, the environment", (2, SURE)), ("sector", "crime round here is awful", (1, SURE)),
        ("sector", "litter", (2, SURE)), ("sector", "bins", (2, LIKELY)),
        ("sector", "safety and health", (3, LIKELY)),
        ("sector", "all three", None), ("sector", "health and safety", None),
        ("sector", "I don't care about health", None),
        ("sector", "safety, no, actually health", (3, SURE)), ("sector", "the NHS", (3, SURE)),
        ("sector", "burglaries", (1, SURE)), ("sector", "my mental health", (3, SURE)),
        ("gender", "bloke", (1, SURE)), ("gender", "I'm a woman", (2, SURE)), ("gender", "female", (2, SURE)),
        ("gender", "non-binary", (3, SURE)), ("gender", "trans woman", (2, LIKELY)), ("gender", "not a man", None),
        ("activity", "dog walking", None), ("activity", "I love working out", None), ("area", "village hall", None),
        ("area", "the city council", None), ("company", "let alone", None), ("place", "far from home", None),
        ("effort", "too much effort", None), ("gender", "oh man", None),
        ("gender", "no lady", None), ("gender", "my wife", None),
        ("gender", "mum", (2, LIKELY)), ("gender", "M", (1, SURE)), ("gender", "they/them", (3, SURE)),
        ("activity", "I'm retired", (6, SURE)), ("activity", "retired nurse", (6, SURE)),
        ("activity", "part-time job", (1, SURE)),
        ("activity", "looking after the kids", (8, SURE)), ("activity", "at uni", (2, SURE)),
        ("activity", "unemployed", (3, LIKELY)), ("activity", "between jobs", (3, SURE)),
        ("activity", "on the sick", (5, SURE)),
        ("activity", "stay at home mum", (8, SURE)), ("activity", "I used to work", None),
        ("activity", "self-employed", (1, SURE)), ("activity", "carer", (8, LIKELY)),
        ("activity", "not working", (4, LIKELY)),
        ("activity", "volunteering", (9, LIKELY)), ("activity", "job hunting", (3, SURE)),
        ("education", "GCSEs", (3, SURE)), ("education", "o levels", (3, SURE)), ("education", "A-levels", (4, SURE)),
        ("education", "HND", (5, SURE)), ("education", "BSc", (6, SURE)), ("education", "a degree", (6, SURE)),
        ("education", "masters", (7, SURE)), ("education", "PhD", (7, SURE)), ("education", "NVQ level 3", (4, SURE)),
        ("education", "still doing my degree", (6, LIKELY)), ("education", "uni", (6, LIKELY)),
        ("education", "left school at 15", (2, LIKELY)), ("education", "university of life", None),
        ("education", "city and guilds", (3, LIKELY)), ("education", "no qualifications", (2, LIKELY)),
        ("area", "a small market town", (3, SURE)), ("area", "village", (4, SURE)),
        ("area", "in the sticks", (5, SURE)),
        ("area", "suburbs of London", (2, SURE)), ("area", "London", (1, SURE)), ("area", "city", (1, LIKELY)),
        ("area", "I grew up in a village", (4, LIKELY)), ("area", "near a village", (4, LIKELY)),
        ("area", "just outside a small town", (3, LIKELY)), ("area", "on a farm", (5, SURE)),
        ("area", "seaside town", (3, SURE)),
        ("frequency", "I always forget", (3, LIKELY)),
        ("activity", "nearly retired", (6, LIKELY)), ("education", "no degree", None),
        ("company", "I'd hate a group", None),
        ("activity", "I work in a school", (2, LIKELY)), ("frequency", "not as often as I should", (2, SURE)),
        ("consent", "ok but who sees it", None), ("area", "not a city, a village", (4, SURE)),
        ("age", "61", (6, SURE)), ("unknown scale", "yes", None),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_its_words_allow(scale, text, expected):
    reading = read(scale, text)
    assert (reading and (reading.code, reading.sure)) == expected


def test_effort_keeps_the_minutes_that_were_said():
    reading = read("effort", "an hour a week")
    assert reading is not None
    assert reading.minutes == 260


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("don't know", 88), ("dunno", 88), ("no idea", 88), ("not sure", 88), ("I really don't know", 88),
        ("haven't a clue", 88), ("idk", 88), ("rather not say", 77), ("I'd prefer not to say", 77),
        ("none of your business", 77), ("that's private", 77), ("doesn't apply to me", 66), ("n/a", 66),
        ("I don't have a car", 66), ("not applicable", 66), ("um, not sure really", 88),
    ],
)  # fmt: skip
def test_declining_as_a_whole_message_is_a_missing_code(text, code):
    assert read_missing(text) == code


@pytest.mark.parametrize(
    "text",
    ["I don't know, often I suppose", "not sure, maybe health", "often", "no", "", "I don't know many people here",
     "I'd rather not do it in a group", "private garden", "don't know if it counts but I cycle"],
)  # fmt: skip
def test_declining_inside_a_longer_answer_is_not_a_missing_code(text):
    assert read_missing(text) is None


@pytest.mark.parametrize(("year", "code"), [(2026, 4), (2056, 7)])
def test_a_year_of_birth_is_an_age_on_the_day_it_is_read(year, code):
    reading = read("age", "1985", today=date(year, 6, 1))
    assert reading is not None
    assert reading.code == code


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("I often pick up litter", LITTER, (3, SURE)), ("I often pick up litter", RECYCLING, (3, LIKELY)),
        ("I never drop litter", LITTER, (1, LIKELY)), ("I often walk", CAR, (3, LIKELY)),
        ("I always report things", LIGHTS, (3, SURE)), ("the lights are always broken", LIGHTS, (3, LIKELY)),
        ("I always lock up", BURGLARS, (3, SURE)), ("I always go out", BURGLARS, (3, LIKELY)),
        ("I'm always lonely", FRAIL, (3, LIKELY)), ("I often see a doctor", DOCTOR, (3, LIKELY)),
        ("I often take the car", CAR, (3, LIKELY)),
    ],
)  # fmt: skip
def test_how_often_is_only_sure_of_what_the_question_is_about(text, question, expected):
    reading = read("frequency", text, question=question)
    assert (reading and (reading.code, reading.sure)) == expected


def test_the_words_of_other_questions_than_how_often_say_nothing_about_the_answer():
    reading = read("company", "alone with litter", question="What about litter?")
    assert reading is not None
    assert not reading.sure


@pytest.mark.parametrize(
    ("scale", "text", "codes"),
    [("gender", "not a man", {1}), ("gender", "a man", set()), ("sector", "neither crime nor health", {1, 3}),
     ("age", "not 61", set())],
)  # fmt: skip
def test_what_is_denied_of_a_scale(scale, text, codes):
    assert negated_codes(scale, text) == codes


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        ("never for the recycling one", [0]), ("recycle", [0]), ("the litter and the rubbish", [0, 2]),
        ("never by car", []), ("bus", []), ("often, you know", []), ("i pick up", []), ("the 1", []),
    ],
)  # fmt: skip
def test_a_question_is_named_by_a_word_no_other_has_and_not_by_what_it_sets_aside(text, indices):
    assert named_subjects(text, [RECYCLING, CAR, LITTER]) == indices


@pytest.mark.parametrize(
    ("text", "indices"), [("never by bus", [0]), ("sometimes", []), ("never at home", []), ("actually never", [])]
)
def test_three_letters_name_a_question_and_words_of_answers_do_not(text, indices):
    questions = ["How often is it the bus sometimes, actually, from home?", "How often do you help?"]
    assert named_subjects(text, questions) == indices


@pytest.mark.parametrize(
    ("text", "rest"),
    [("I meant sometimes for the last one", "i meant sometimes"), ("never, the question before that", "never ,"),
     ("sometimes", None), ("for the last time", None)],
)  # fmt: skip
def test_words_for_the_question_before_are_taken_out(text, rest):
    assert without_reference_to_previous(text) == rest


@pytest.mark.parametrize(("text", "corrects"), [("actually, never", True), ("I meant often", True), ("never", False)])
def test_a_correction_is_said_to_be_one(text, corrects):
    assert is_correction(text) is corrects


@pytest.mark.parametrize(
    ("text", "is_against"), [("I hate bees", True), ("anything but litter", True), ("I love bees", False)]
)
def test_what_someone_is_against_is_told_from_what_they_like(text, is_against):
    assert is_against_something(text) is is_against


@pytest.mark.parametrize(
    ("text", "names_nothing"), [("none really", True), ("anything", True), ("nothing, bees", False), ("bees", False)]
)
def test_a_message_that_names_nothing_says_nothing_else(text, names_nothing):
    assert is_nothing_in_particular(text) is names_nothing


@pytest.mark.parametrize(("length", "code"), [(60, 88), (61, None)])
def test_declining_is_short(length, code):
    assert read_missing("I do not know".ljust(length, "!")) == code
