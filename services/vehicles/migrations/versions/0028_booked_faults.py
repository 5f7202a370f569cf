"""A booking and a draft may say what was wrong: the case that the record of it closes."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NAMERS = ("booking", "maintenance_draft")


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    for table in NAMERS:
        op.add_column(table, sa.Column("case_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    for table in NAMERS:
        op.drop_column(table, "case_id")
