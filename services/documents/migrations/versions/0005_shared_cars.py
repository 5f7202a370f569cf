"""Who may see a car's papers beside its owner, who filed them, and what an owner's plan allows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("made_by", sa.Uuid))
    op.create_index("ix_document_vehicle_id", "document", ["vehicle_id"])
    op.create_index("ix_document_made_by", "document", ["made_by"])
    op.create_table(
        "car_member_copy",
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("documents_visible", sa.Boolean, nullable=False),
        sa.Column("costs_visible", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", "account_id", name="pk_car_member_copy"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle_copy.vehicle_id"],
            name="fk_car_member_copy_vehicle_id_vehicle_copy",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_car_member_copy_account_id", "car_member_copy", ["account_id"])
    op.create_table(
        "owner_plan",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("features", JSONB, nullable=False),
        sa.Column("limits", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_owner_plan"),
    )


def downgrade() -> None:
    op.drop_table("owner_plan")
    op.drop_table("car_member_copy")
    op.drop_index("ix_document_made_by", "document")
    op.drop_index("ix_document_vehicle_id", "document")
    op.drop_column("document", "made_by")
