"""What was told and is no longer so is taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notification", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.add_column("notification", sa.Column("withdrawn_because", sa.Text))
    _unread("read_at IS NULL AND withdrawn_at IS NULL")


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE withdrawn_at IS NOT NULL")
    op.execute("UPDATE delivery SET state = 'skipped' WHERE state = 'withdrawn'")
    _unread("read_at IS NULL")
    op.drop_column("notification", "withdrawn_because")
    op.drop_column("notification", "withdrawn_at")


def _unread(condition: str) -> None:
    op.drop_index("ix_notification_unread", "notification")
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["owner_id"],
        postgresql_where=sa.text(condition),
    )
