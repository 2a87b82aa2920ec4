"""An index in the order in which exports read interviews.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_index("ix_interviews_began", "interviews", ["started_at", "interview_id"])


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_interviews_began", "interviews")
