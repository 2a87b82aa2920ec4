"""How long it takes is measured, or not said."""

import sqlalchemy as sa

from coproduction.records.durations import median_minutes
from coproduction.records.tables import interviews


def add(engine, seconds, start=0):
    for number, took in enumerate(seconds, start=start):
        row = {
            "interview_id": f"i-{number}",
            "instrument": "coproduction-1.0",
            "mode": "web",
            "language": "en",
            "country": "GB",
            "started_at": 1000.0,
            "last_at": 1000.0 + took,
            "completed_at": 1000.0 + took,
            "reference_hash": str(number),
        }
        with engine.begin() as connection:
            connection.execute(sa.insert(interviews), row)


def test_nothing_is_claimed_from_a_few_interviews(engine):
    add(engine, [120] * 19)
    assert median_minutes(engine) is None


def test_the_median_of_completed_interviews_is_rounded_up(engine):
    add(engine, [95] * 12 + [3000] * 8)
    assert median_minutes(engine) == 2


def test_someone_who_went_away_in_between_does_not_count(engine):
    add(engine, [50] * 20)
    add(engine, [90_000] * 40, start=20)
    assert median_minutes(engine) == 1
