"""Receipts that the documents service sends for an export: which were asked for, in how many pieces each comes, and why one does not."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEY = "pk_car_export_receipt"


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    for name in ("wanted", "missing"):
        op.add_column(
            "car_export", sa.Column(name, JSONB, server_default=sa.text("'[]'"), nullable=False)
        )
        op.alter_column("car_export", name, server_default=None)
    op.execute("DELETE FROM car_export_receipt")  # nobody has sent any yet
    op.add_column("car_export_receipt", sa.Column("parts", sa.Integer, nullable=False))
    op.add_column("car_export_receipt", sa.Column("problem", sa.Text, nullable=True))
    op.drop_constraint(KEY, "car_export_receipt")
    op.create_primary_key(
        KEY, "car_export_receipt", ["export_id", "document_id", "sha256", "number"]
    )


def downgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    op.execute("DELETE FROM car_export_receipt")  # they are sent again when asked for again
    op.drop_constraint(KEY, "car_export_receipt")
    op.create_primary_key(KEY, "car_export_receipt", ["export_id", "document_id", "number"])
    for name in ("parts", "problem"):
        op.drop_column("car_export_receipt", name)
    for name in ("wanted", "missing"):
        op.drop_column("car_export", name)
