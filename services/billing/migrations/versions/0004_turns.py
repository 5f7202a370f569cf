"""One person's turn at the payment provider."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE customer ADD COLUMN busy_until timestamptz, ADD COLUMN busy_with uuid")


def downgrade() -> None:
    op.execute("ALTER TABLE customer DROP COLUMN busy_until, DROP COLUMN busy_with")
