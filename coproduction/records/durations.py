"""How long interviews take, measured from the records."""

from __future__ import annotations

import math
from statistics import median

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.tables import interviews

ENOUGH_INTERVIEWS = 20
LATEST_INTERVIEWS = 500
LONGEST_SITTING = 3600.0
"""Seconds; whoever took longer went away in between."""


def median_minutes(engine: Engine) -> int | None:
    """Median minutes from consent to the suggestions, rounded up, over the latest completed interviews.

    None while fewer than 20 were completed: then nobody can honestly say how long it takes.
    """
    duration = interviews.c.completed_at - interviews.c.started_at
    query = (
        sa.select(duration)
        .where(interviews.c.completed_at.is_not(None), duration < LONGEST_SITTING)
        .order_by(interviews.c.completed_at.desc())
        .limit(LATEST_INTERVIEWS)
    )
    with engine.connect() as connection:
        seconds = list(connection.execute(query).scalars())
    if len(seconds) < ENOUGH_INTERVIEWS:
        return None
    return max(1, math.ceil(median(seconds) / 60))
