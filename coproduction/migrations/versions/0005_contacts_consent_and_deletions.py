"""Contacts apart from the record, consent's version, who came again, and counts of what was deleted.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision. Interviews held before it were held under the first consent text."""
    with op.batch_alter_table("interviews") as interviews:
        interviews.add_column(sa.Column("consent_version", sa.String(20), nullable=False, server_default="1"))
        interviews.add_column(sa.Column("consent_at", sa.Float))
        interviews.add_column(sa.Column("person", sa.String(32)))
        interviews.add_column(sa.Column("coarsened", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE interviews SET consent_at = started_at"))
    op.create_table(
        "contacts",
        sa.Column("lookup", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False, unique=True),
        sa.Column("last_at", sa.Float, nullable=False),
    )
    op.create_table(
        "deletions",
        sa.Column("at", sa.Float, primary_key=True),
        sa.Column("what", sa.String(20), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("deletions")
    op.drop_table("contacts")
    with op.batch_alter_table("interviews") as interviews:
        for column in ("coarsened", "person", "consent_at", "consent_version"):
            interviews.drop_column(column)
