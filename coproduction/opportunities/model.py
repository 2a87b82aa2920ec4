"""The catalogue's table, and the read-only view of one row that cards and matching use."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, fields

import sqlalchemy as sa

from coproduction.database import Base

DEFAULT_MIN_AGE = 13
"""Minimum age in years where the council's file names none: nobody younger is interviewed."""

FEED_MIN_AGE = 18
"""Minimum age in years where a volunteering feed names none, which says nothing about children being welcome."""


class Status(str, enum.Enum):
    """Where an opportunity stands: only published ones are ever suggested."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


def now() -> dt.datetime:
    """The present moment in UTC, as the table's time columns keep it."""
    return dt.datetime.now(dt.timezone.utc)


class Opportunity(Base):
    """One opportunity. Codes are those of the instrument; `id` is `source:external_id`."""

    __tablename__ = "opportunities"

    id = sa.Column(sa.String(300), primary_key=True)
    source = sa.Column(sa.String(40), nullable=False, index=True)
    external_id = sa.Column(sa.String(200), nullable=False)
    title = sa.Column(sa.Text, nullable=False)
    summary = sa.Column(sa.Text, nullable=False, default="")
    first_step = sa.Column(sa.Text, nullable=False, default="")
    link = sa.Column(sa.Text)
    organisation = sa.Column(sa.Text)
    sector = sa.Column(sa.Integer)
    topics = sa.Column(sa.Text, nullable=False, default="")
    effort = sa.Column(sa.Integer)
    minutes_per_month = sa.Column(sa.Integer)
    company = sa.Column(sa.String(10), nullable=False, default="")
    place = sa.Column(sa.Integer)
    min_age = sa.Column(sa.Integer, nullable=False, default=DEFAULT_MIN_AGE)
    max_age = sa.Column(sa.Integer)
    starts_on = sa.Column(sa.Date)
    ends_on = sa.Column(sa.Date)
    capacity = sa.Column(sa.Integer)
    taken = sa.Column(sa.Integer, nullable=False, default=0)
    latitude = sa.Column(sa.Float)
    longitude = sa.Column(sa.Float)
    address = sa.Column(sa.Text)
    language = sa.Column(sa.String(10), nullable=False, default="en")
    status = sa.Column(sa.String(10), nullable=False, default=Status.DRAFT.value)
    suggestion = sa.Column(sa.Text)
    content_hash = sa.Column(sa.String(64), nullable=False, default="")
    imported_at = sa.Column(sa.DateTime(timezone=True), nullable=False, default=now)
    updated_at = sa.Column(sa.DateTime(timezone=True), nullable=False, default=now, onupdate=now)
    # Names of the columns an official has set, separated by spaces: an import leaves them alone.
    edited = sa.Column(sa.Text, nullable=False, default="")
    # What the status was before an import withdrew it; empty where an official withdrew it, who has the last word.
    status_before = sa.Column(sa.String(10))

    __table_args__ = (sa.Index("ix_opportunities_version", "status", "updated_at", "taken"),)


@dataclass(frozen=True)
class OpportunityView:
    """An opportunity as read from the catalogue: what a card shows and matching looks at."""

    id: str
    title: str
    summary: str = ""
    first_step: str = ""
    link: str | None = None
    organisation: str | None = None
    sector: int | None = None
    topics: str = ""
    effort: int | None = None
    minutes_per_month: int | None = None
    company: str = ""
    place: int | None = None
    min_age: int = DEFAULT_MIN_AGE
    max_age: int | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    capacity: int | None = None
    taken: int = 0
    latitude: float | None = None
    longitude: float | None = None
    address: str | None = None
    language: str = "en"


VIEW_COLUMNS = tuple(getattr(Opportunity, field.name) for field in fields(OpportunityView))
"""The columns of a view, in the order of its fields."""
