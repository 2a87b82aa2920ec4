"""Texts that were not understood, or corrected.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "unclear_texts",
        sa.Column("interview_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.interview_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id", "at"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("unclear_texts")
