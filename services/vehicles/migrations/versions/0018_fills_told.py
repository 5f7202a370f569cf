"""Fills are told to clients as they change, like everything of a car."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SELECT watch_changes('fill', 'fill')")


def downgrade() -> None:
    op.execute("SELECT unwatch_changes('fill')")
