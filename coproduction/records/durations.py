"""How long interviews take, measured from the records."""

from __future__ import annotations

import math
from statistics import median

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.tables import answers, interviews

ENOUGH_INTERVIEWS = 20
LATEST_INTERVIEWS = 500
LONGEST_SITTING = 3600.0
"""Seconds; whoever took longer went away in between."""

SPEEDER_SECONDS = 2.0
"""Seconds a question, on average; whoever took less cannot have read them.

The shortest question has seven words, and less than 300 milliseconds a word is a usual threshold (Zhang and Conrad
2014, Survey Research Methods 8, 127–135). Scripts that hold interviews are left out in the same way.
"""


def median_minutes(engine: Engine) -> int | None:
    """Median minutes from consent to the suggestions, rounded up, over the latest completed interviews.

    Left out are sittings of `LONGEST_SITTING` and more, and speeders: those who took less than `SPEEDER_SECONDS` for
    each question answered before the suggestions. None while fewer than 20 are left: then nobody can honestly say
    how long it takes.
    """
    duration = interviews.c.completed_at - interviews.c.started_at
    answered = (
        sa.select(sa.func.count())
        .where(
            answers.c.interview_id == interviews.c.interview_id,
            answers.c.at <= interviews.c.completed_at,
            answers.c.variable != "effort_min",  # given with `effort`, in one answer
        )
        .scalar_subquery()
    )
    query = (
        sa.select(duration)
        .where(
            interviews.c.completed_at.is_not(None),
            duration < LONGEST_SITTING,
            duration >= SPEEDER_SECONDS * answered,
        )
        .order_by(interviews.c.completed_at.desc())
        .limit(LATEST_INTERVIEWS)
    )
    with engine.connect() as connection:
        seconds = list(connection.execute(query).scalars())
    if len(seconds) < ENOUGH_INTERVIEWS:
        return None
    return max(1, math.ceil(median(seconds) / 60))
