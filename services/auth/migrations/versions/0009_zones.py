"""Whose time zone changed while tokens with the old one are alive."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "zone_change",
        sa.Column(
            "account_id",
            sa.Uuid,
            sa.ForeignKey(
                "account.id", ondelete="CASCADE", name="fk_zone_change_account_id_account"
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column(
            "recorded_at", moment, nullable=False, server_default=sa.text("clock_timestamp()")
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_zone_change"),
    )
    op.create_index("ix_zone_change_until", "zone_change", ["until"])
    op.create_index("ix_zone_change_recorded_at", "zone_change", ["recorded_at"])


def downgrade() -> None:
    op.drop_table("zone_change")
