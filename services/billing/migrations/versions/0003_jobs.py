"""One waiting job of a kind and key beside the one that runs."""

from alembic import op

from shared.db.migrations import kernel_tables_v3, undo_kernel_tables_v3

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kernel_tables_v3(op)
    op.execute("CREATE INDEX ix_stripe_event_finished_at ON stripe_event (finished_at)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_stripe_event_finished_at")
    undo_kernel_tables_v3(op)
