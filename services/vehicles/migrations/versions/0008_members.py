"""Cars shared among people, and a trash for them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


MADE = ("odometer_reading", "maintenance_record", "maintenance_plan", "reminder")


def upgrade() -> None:
    for table in MADE:
        op.add_column(table, sa.Column("made_by", sa.Uuid))
    op.add_column("vehicle", sa.Column("trashed_at", sa.DateTime(timezone=True)))
    op.drop_constraint("uq_vehicle_owner_id_vin", "vehicle", type_="unique")
    living, trashed = sa.text("trashed_at IS NULL"), sa.text("trashed_at IS NOT NULL")
    op.create_index(
        "uq_vehicle_owner_id_vin",
        "vehicle",
        ["owner_id", "vin"],
        unique=True,
        postgresql_where=living,
    )
    op.create_index("ix_vehicle_trashed", "vehicle", ["owner_id"], postgresql_where=trashed)
    op.create_table(
        "membership",
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("documents_visible", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("costs_visible", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", "member_id", name="pk_membership"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name="fk_membership_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_membership_member_id", "membership", ["member_id"])


def downgrade() -> None:
    for table in MADE:
        op.drop_column(table, "made_by")
    op.drop_table("membership")
    op.execute("DELETE FROM vehicle WHERE trashed_at IS NOT NULL")
    op.drop_index("ix_vehicle_trashed", "vehicle")
    op.drop_index("uq_vehicle_owner_id_vin", "vehicle")
    op.create_unique_constraint("uq_vehicle_owner_id_vin", "vehicle", ["owner_id", "vin"])
    op.drop_column("vehicle", "trashed_at")
