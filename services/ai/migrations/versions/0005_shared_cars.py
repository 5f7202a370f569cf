"""With whom a car is shared: the assistant speaks of it to whom its owner lets see its history."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
            ["car_copy.id"],
            name="fk_car_member_copy_vehicle_id_car_copy",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_car_member_copy_account_id", "car_member_copy", ["account_id"])
    op.create_index("ix_record_copy_vehicle_id", "record_copy", ["vehicle_id"])


def downgrade() -> None:
    op.drop_index("ix_record_copy_vehicle_id", "record_copy")
    op.drop_table("car_member_copy")
