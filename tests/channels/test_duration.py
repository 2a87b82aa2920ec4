import pytest
from sqlalchemy.exc import OperationalError

from coproduction.channels.duration import CACHE_SECONDS, Duration
from coproduction.survey.instrument import current_instrument


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(("measured", "words"), [(1, "It takes about 1 minute"), (3, "It takes about 3 minutes")])
async def test_a_measured_duration_is_told_in_minutes(measured, words):
    assert await Duration(lambda: measured, current_instrument()).words() == words


async def test_the_duration_is_measured_once_an_hour():
    clock, measured = Clock(), iter([2, 4])
    duration = Duration(lambda: next(measured), current_instrument(), clock)
    assert [await duration.words(), await duration.words()] == ["It takes about 2 minutes"] * 2
    clock.now = CACHE_SECONDS
    assert await duration.words() == "It takes about 4 minutes"


async def test_while_the_database_is_away_the_last_measure_or_the_number_of_questions_is_said():
    def measure():
        if not measures:
            raise OperationalError("select", {}, Exception("no connection"))
        return measures.pop()

    measures, clock = [3], Clock()
    duration = Duration(measure, current_instrument(), clock)
    assert await duration.words() == "It takes about 3 minutes"
    clock.now += CACHE_SECONDS
    assert await duration.words() == "It takes about 3 minutes"
    assert "questions" in await Duration(measure, current_instrument()).words()
