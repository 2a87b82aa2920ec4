"""What became of a suggestion, where whoever got it says so afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.reference import reference_hash
from coproduction.records.tables import interviews, matches


def note_outcome(engine: Engine, reference: str, opportunity_id: str, done: bool) -> bool:
    """Note in the interview with this reference code whether a suggestion was done; the latest word counts.

    False where there is no such interview, or it was not given this suggestion.
    """
    interview = sa.select(interviews.c.interview_id).where(interviews.c.reference_hash == reference_hash(reference))
    this = sa.and_(matches.c.interview_id.in_(interview), matches.c.opportunity_id == opportunity_id)
    with engine.begin() as connection:
        return bool(connection.execute(sa.update(matches).where(this).values(done=done)).rowcount)
