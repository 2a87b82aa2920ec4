"""The tables of the record, and of the conversations it is made from.

Two stores that only share the interview's random id while a conversation lasts: `interviews`, `answers`,
`verbatims` and `matches` are the pseudonymous record; `conversations` and `turns` are what the dialogue
needs to go on, deleted after the configured time. `unclear_texts` are kept as long as these, to learn from.
"""

from __future__ import annotations

import sqlalchemy as sa

from coproduction.database import Base

metadata = Base.metadata

interviews = sa.Table(
    "interviews",
    metadata,
    sa.Column("interview_id", sa.String(36), primary_key=True),
    sa.Column("instrument", sa.String(40), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("started_at", sa.Float, nullable=False),
    sa.Column("last_at", sa.Float, nullable=False),
    sa.Column("last_question", sa.String(20)),
    sa.Column("completed_at", sa.Float),
    sa.Column("reference_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("consent_version", sa.String(20), nullable=False, server_default="1"),
    sa.Column("consent_at", sa.Float),
    sa.Column("person", sa.String(32)),
    sa.Column("coarsened", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_interviews_began", "started_at", "interview_id"),  # the order in which exports read
)
"""One row per consented interview. Times are seconds since 1970 (UTC); `coarsened` ones begin at midnight.

`person` is a random pseudonym that several interviews of one person share, for as long as that is kept.
"""

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("interview_id", sa.ForeignKey("interviews.interview_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("variable", sa.String(20), primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
"""The latest code of each answered variable, as text; free text (`comment`) is redacted."""

verbatims = sa.Table(
    "verbatims",
    metadata,
    sa.Column("interview_id", sa.ForeignKey("interviews.interview_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("variable", sa.String(20), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
"""The redacted words in which an answer was typed, beside its code."""

unclear_texts = sa.Table(
    "unclear_texts",
    metadata,
    sa.Column("interview_id", sa.ForeignKey("interviews.interview_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("at", sa.Float, primary_key=True),
    sa.Column("question", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
)
"""Redacted texts to learn from: not understood ("asked again") or misread ("corrected"); `at`: when they were typed."""

matches = sa.Table(
    "matches",
    metadata,
    sa.Column("interview_id", sa.ForeignKey("interviews.interview_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("opportunity_id", sa.String(300), primary_key=True),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("shown_at", sa.Float, nullable=False),
    sa.Column("chosen_at", sa.Float),
    sa.Column("declined_at", sa.Float),
    sa.Column("decline_reason", sa.String(20)),
    sa.Column("reasons", sa.Text),
    sa.Column("done", sa.Boolean),
)
"""Each opportunity suggested in an interview, and what became of it. `rank` counts from 1 in the order shown.

`reasons`: codes of the reasons given with it, separated by spaces. `done`: whether it was done, where somebody said
so afterwards.
"""

tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
)
"""Keyed digests of the ids of erased interviews. Nothing else is left of them. Only `tombstones.py` reads it."""

counts = sa.Table(
    "counts",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("disposition", sa.String(20), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
"""How many people a day refused consent or were too young: all that is kept of them."""

deletions = sa.Table(
    "deletions",
    metadata,
    sa.Column("at", sa.Float, primary_key=True),
    sa.Column("what", sa.String(20), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
"""How many of what retention deleted or coarsened, and when: counts only."""

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("lookup", sa.String(64), primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("conversation_id", sa.String(64), nullable=False, unique=True),
    sa.Column("last_at", sa.Float, nullable=False),
)
"""Where to answer on a messaging service: `sealed` is encrypted, `lookup` a keyed hash. Only `contacts.py` reads it."""

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("interview_id", sa.String(36), index=True),
    sa.Column("started_at", sa.Float, nullable=False),
)
"""A live conversation and the interview it feeds."""

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.conversation_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
)
"""The dialogue events of each turn, a JSON list; `sequence` counts turns from 1."""

spools = sa.Table(
    "spools",
    metadata,
    sa.Column("spool_id", sa.String(36), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)
"""How far a spool was replayed, in bytes: written with what was replayed, so that nothing is replayed twice."""
