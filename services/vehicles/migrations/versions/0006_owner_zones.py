"""Where the owners live, as auth says."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "owner_zones",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_owner_zones"),
    )
    op.create_index("ix_owner_zones_timezone", "owner_zones", ["timezone"])


def downgrade() -> None:
    op.drop_table("owner_zones")
