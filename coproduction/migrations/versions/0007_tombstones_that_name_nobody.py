"""Tombstones that name nobody: digests in place of the ids of erased interviews, and no times.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from coproduction.database import secret_of
from coproduction.records.tombstones import digest

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision. The table is made anew, so that nothing of the old one is left in its files."""
    connection = op.get_bind()
    erased = list(connection.execute(sa.text("SELECT interview_id FROM tombstones")).scalars())
    op.drop_table("tombstones")
    tombstones = op.create_table("tombstones", sa.Column("digest", sa.String(64), primary_key=True))
    if erased:
        op.bulk_insert(tombstones, [{"digest": digest(secret_of(connection), each)} for each in erased])


def downgrade() -> None:
    """Take this revision back. Whose the digests were cannot be told any more."""
    op.drop_table("tombstones")
    op.create_table(
        "tombstones",
        sa.Column("interview_id", sa.String(36), primary_key=True),
        sa.Column("erased_at", sa.Float(), nullable=False),
    )
