"""Why an opportunity was suggested, and whether it was done; ids as long as the catalogue's.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    with op.batch_alter_table("matches") as matches:
        matches.alter_column("opportunity_id", type_=sa.String(300), existing_type=sa.String(200), nullable=False)
        matches.add_column(sa.Column("reasons", sa.Text))
        matches.add_column(sa.Column("done", sa.Boolean))


def downgrade() -> None:
    """Take this revision back; matches whose id is longer than 200 signs are lost."""
    op.execute(sa.text("DELETE FROM matches WHERE length(opportunity_id) > 200"))
    with op.batch_alter_table("matches") as matches:
        matches.drop_column("done")
        matches.drop_column("reasons")
        matches.alter_column("opportunity_id", type_=sa.String(200), existing_type=sa.String(300), nullable=False)
