"""Places on opportunities that have a limited number of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.opportunities.model import Opportunity, Status, now


def take_place(engine: Engine, identifier: str) -> bool:
    """Count one more citizen on an opportunity; False where it is full, not published or not there.

    One statement, so that two citizens cannot both take the last place.
    """
    free = sa.or_(Opportunity.capacity.is_(None), Opportunity.taken < Opportunity.capacity)
    statement = (
        sa.update(Opportunity)
        .where(Opportunity.id == identifier, Opportunity.status == Status.PUBLISHED.value, free)
        .values(taken=Opportunity.taken + 1, updated_at=now())
    )
    return _changed(engine, statement)


def give_back_place(engine: Engine, identifier: str) -> bool:
    """Undo one `take_place`; False where nobody had taken a place."""
    statement = (
        sa.update(Opportunity)
        .where(Opportunity.id == identifier, Opportunity.taken > 0)
        .values(taken=Opportunity.taken - 1, updated_at=now())
    )
    return _changed(engine, statement)


def _changed(engine: Engine, statement: sa.sql.dml.Update) -> bool:
    with engine.begin() as connection:
        return bool(connection.execute(statement.execution_options(synchronize_session=False)).rowcount)
