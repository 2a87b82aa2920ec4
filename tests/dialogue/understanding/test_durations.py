import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduction.dialogue.understanding.durations import read_minutes_per_month, split_duration
from coproduction.survey.scoring import effort_band


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20 mins a day", 600), ("an hour a week", 260), ("hour a week", 260),
        ("couple of hours a month", 120), ("a day a month", 480),
        ("5 minutes", 5), ("2-3 hours a week", 650), ("every day for ten minutes", 300), ("20 min/day", 600),
        ("2 hours every other week", 260), ("once a week for an hour", 260), ("2hrs/week", 520),
        ("half a day a month", 240), ("twice a week 20 minutes", 173), ("10 minutes three times a week", 130),
        ("half an hour on Sundays", 130), ("2 hours a year", 10), ("0 minutes", 0), ("about an hour a week", 260),
        ("up to 2 hours a month", 120), ("an hour and a half a week", 390), ("1h30 a month", 90),
        ("one and a half hours a month", 90), ("2½ hrs per week", 650), ("30 mins each week", 130),
        ("fifteen minuts a week", 65), ("I could do an hour a week I reckon", 260), ("quarter of an hour a week", 65),
        ("an hour a fortnight", 130), ("two hours monthly", 120), ("twenty five minutes a month", 25),
        ("10 hours a month", 600), ("an hour and 20 minutes a month", 80), ("3 days a month", 1440),
        ("less than an hour a month", 59), ("ten minutes every morning", 300), ("1.5 hours a month", 90),
        ("an hour yearly", 5), ("two hours annually", 10), ("three quarters of an hour a month", 45),
        ("half a dozen hours a month", 360), ("a hundred minutes a month", 100), ("nought minutes", 0),
        ("several hours a month", 240),
        ("an hour every weekday", 1299), ("an hour each working day", 1299), ("10 minutes on weekdays", 216),
        ("an hour fortnightly", 130), ("an hour a couple of times a month", 120),
        ("an hour every fortnight", 130), ("more than an hour a week", 261), ("at least an hour a month", 61),
        ("an hour a quarter year", 20), ("an hour or so a week", 260), ("10/15 minutes a month", 12),
    ],
)  # fmt: skip
def test_an_amount_with_its_period_is_minutes_a_month(text, minutes):
    assert read_minutes_per_month(text) == (minutes, True)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20 minutes", 20), ("half an hour", 30), ("2h", 120), ("an afternoon", 240), ("an hour or two a week", 390),
        ("an evening a week", 779), ("maybe an hour a week", 260), ("1 to 3 hours a month", 120),
        ("an hour a week?", 260), ("about an hour a month", 60),
        ("a few hours a month", 180), ("an hour a week if I'm not working late that week", None),
    ],
)  # fmt: skip
def test_an_amount_that_leaves_the_effort_group_open_is_only_proposed(text, minutes):
    reading = read_minutes_per_month(text)
    if minutes is None:
        assert reading is None or not reading[1]
    else:
        assert reading == (minutes, False)


@pytest.mark.parametrize(
    "text",
    [
        "weekends", "a week", "hours and hours", "not an hour", "I work 40 hours a week", "20 years ago", "none", "2",
        "often", "", "3 times a week", "I can't do 20 minutes a day", "the other day", "9 to 5", "200 hours a week",
        "an hour ago", "20 minutes a day or 2 hours a month", "it takes 20 minutes to get there", "no hours",
    ],
)  # fmt: skip
def test_what_is_no_amount_of_time_to_give_is_not_read(text):
    assert read_minutes_per_month(text) is None


PERIODS = {"a day": 30, "a week": 4.33, "a fortnight": 2.165, "a month": 1, "every other day": 15, "per week": 4.33}


@given(st.integers(1, 240), st.sampled_from(sorted(PERIODS)))
def test_minutes_written_out_are_read_back(count, period):
    reading = read_minutes_per_month(f"{count} minutes {period}")
    expected = round(count * PERIODS[period])
    assert reading is not None
    assert abs(reading[0] - expected) <= 1


@given(st.integers(1, 100), st.integers(1, 100), st.sampled_from(sorted(PERIODS)))
def test_more_minutes_are_never_read_as_less(one, other, period):
    less, more = sorted((one, other))
    first = read_minutes_per_month(f"{less} mins {period}")
    second = read_minutes_per_month(f"{more} mins {period}")
    assert first is not None
    assert second is not None
    assert first[0] <= second[0]


@given(st.integers(1, 20), st.integers(1, 20))
def test_a_range_is_sure_only_where_both_ends_are_in_one_effort_group(low, more):
    reading = read_minutes_per_month(f"{low}-{low + more} hours a month")
    assert reading is not None
    assert reading[1] == (effort_band(low * 60) == effort_band((low + more) * 60))


@pytest.mark.parametrize(
    ("text", "amount", "rest"),
    [
        ("an hour a week on my own", "an hour a week", "on my own"),
        ("twenty minutes, from home", "twenty minutes", ", from home"),
        ("on my own", "", "on my own"),
        ("a couple of hours a month", "a couple of hours a month", ""),
    ],
)
def test_the_words_beside_an_amount_of_time_are_what_is_left_without_it(text, amount, rest):
    assert split_duration(text) == (amount, rest)


@pytest.mark.parametrize(
    ("text", "minutes"), [("1 1/2 hours a month", 90), ("2 1/2 hours a month", 150), ("30 seconds a day", 15)]
)
def test_fractions_and_seconds_are_read(text, minutes):
    assert read_minutes_per_month(text) == (minutes, True)


@pytest.mark.parametrize("text", ["hang on a minute", "give me a minute", "back in 5 minutes", "you said 5 minutes"])
def test_minutes_of_waiting_are_no_minutes_to_give(text):
    assert read_minutes_per_month(text) is None


SMALL = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
         "seventeen eighteen nineteen").split()  # fmt: skip
TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
NUMBERS = [(word, number) for number, word in enumerate(SMALL)]
NUMBERS += list(TENS.items())
NUMBERS += [(f"{word} {one}", ten + SMALL.index(one)) for word, ten in TENS.items() for one in ("one", "nine")]


@pytest.mark.parametrize(("words", "number"), NUMBERS)
def test_numbers_in_words_are_read(words, number):
    assert read_minutes_per_month(f"{words} minutes a month") == (number, True)


def test_a_day_of_the_week_is_as_long_as_a_day_may_be_and_not_sure():
    assert read_minutes_per_month("a Saturday a month") == (480, False)
