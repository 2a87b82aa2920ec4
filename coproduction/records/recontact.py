"""Coming again: a second interview of the same person is linked with the first by a random pseudonym, for a time."""

from __future__ import annotations

import secrets
import time

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.reference import reference_hash
from coproduction.records.tables import interviews


def person_of(engine: Engine, reference: str, days: int, now: float | None = None) -> str | None:
    """The pseudonym that the interview with this reference code shares with later ones.

    It is made at the first time it is asked for. None where there is no such interview, or its last question was put
    more than `days` ago: then it is linked no more.
    """
    limit = (time.time() if now is None else now) - days * 86400
    this = sa.and_(interviews.c.reference_hash == reference_hash(reference), interviews.c.last_at >= limit)
    with engine.begin() as connection:
        new = sa.update(interviews).where(this, interviews.c.person.is_(None)).values(person=secrets.token_hex(16))
        connection.execute(new)
        return connection.execute(sa.select(interviews.c.person).where(this)).scalar()
