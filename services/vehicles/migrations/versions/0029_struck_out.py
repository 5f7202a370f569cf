"""A reading that somebody struck out by hand is told from one that went with its teller; what is known of that so far is carried over."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

RECORDS = """
UPDATE odometer_reading SET struck_out = true
WHERE status = 'void' AND id IN (SELECT reading_id FROM maintenance_record WHERE reading_id IS NOT NULL)
"""
FILLS = """
UPDATE odometer_reading SET struck_out = true
WHERE status = 'void' AND id IN (SELECT reading_id FROM fill WHERE reading_id IS NOT NULL)
"""
"""Records and fills have remembered which of theirs was struck out; a case did not, and took it back when it was changed."""


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    op.add_column(
        "odometer_reading",
        sa.Column("struck_out", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for statement in (RECORDS, FILLS):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("odometer_reading", "struck_out")
