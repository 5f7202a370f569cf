"""Exports of a person's data, their pages, and who is gone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("packed_at", MOMENT),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("sha256", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )
    op.create_table(
        "export_page",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False, index=True),
        sa.PrimaryKeyConstraint("export_id", "service", "number", name="pk_export_page"),
    )
    op.create_table(
        "erased_owner",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name="pk_erased_owner"),
    )


def downgrade() -> None:
    for table in ("erased_owner", "export_page", "export"):
        op.drop_table(table)
