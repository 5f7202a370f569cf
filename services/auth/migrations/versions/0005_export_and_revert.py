"""When a session was last proven, changes of address that may be taken back, and exports of a person's data."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("session", sa.Column("authenticated_at", MOMENT))
    op.execute("UPDATE session SET authenticated_at = created_at")
    op.alter_column("session", "authenticated_at", nullable=False)
    op.create_table(
        "email_revert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("old_email", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_email_revert"),
        sa.UniqueConstraint("digest", name="uq_email_revert_digest"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name="fk_email_revert_account_id_account",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "data_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False, index=True),
        sa.Column("ready_at", MOMENT),
        sa.Column("expires_at", MOMENT),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("link_digest", sa.LargeBinary()),
        sa.Column("alerted_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_data_export"),
        sa.UniqueConstraint("link_digest", name="uq_data_export_link_digest"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name="fk_data_export_account_id_account",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("data_export")
    op.drop_table("email_revert")
    op.drop_column("session", "authenticated_at")
