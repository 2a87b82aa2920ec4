"""Opportunities by their ids, as far as they are on offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.opportunities.model import VIEW_COLUMNS, Opportunity, OpportunityView, Status


def published(engine: Engine, ids: Sequence[str], today: dt.date) -> list[OpportunityView]:
    """Those of the opportunities that are published and not over, in the order of `ids`."""
    offered = sa.select(*VIEW_COLUMNS).where(
        Opportunity.id.in_(ids),
        Opportunity.status == Status.PUBLISHED.value,
        sa.or_(Opportunity.ends_on.is_(None), Opportunity.ends_on >= today),
    )
    with engine.connect() as connection:
        found = {row.id: OpportunityView(**row._mapping) for row in connection.execute(offered)}
    return [found[identifier] for identifier in ids if identifier in found]


def titles(engine: Engine, ids: Sequence[str]) -> dict[str, str]:
    """Id → title of those of the opportunities that are published, over or not, in the order of `ids`."""
    query = sa.select(Opportunity.id, Opportunity.title).where(
        Opportunity.id.in_(ids), Opportunity.status == Status.PUBLISHED.value
    )
    with engine.connect() as connection:
        found = dict(connection.execute(query).all())
    return {identifier: found[identifier] for identifier in ids if identifier in found}
