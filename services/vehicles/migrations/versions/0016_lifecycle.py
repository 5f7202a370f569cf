"""Cars that are laid up, sold or scrapped; tags, groups, photos."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vehicle_group",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vehicle_group"),
        sa.UniqueConstraint("owner_id", "name", name="uq_vehicle_group_owner_id_name"),
    )
    op.create_table(
        "vehicle_phase",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("lifecycle", sa.Text, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_vehicle_phase"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name="fk_vehicle_phase_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_vehicle_phase_owner_id", "vehicle_phase", ["owner_id"])
    op.create_index("ix_vehicle_phase_vehicle_id_since", "vehicle_phase", ["vehicle_id", "since"])
    op.add_column(
        "vehicle", sa.Column("lifecycle", sa.Text, server_default="active", nullable=False)
    )
    op.add_column("vehicle", sa.Column("lifecycle_since", sa.Date))
    op.add_column(
        "vehicle",
        sa.Column("tags", JSONB(), server_default="[]", nullable=False),
    )
    op.add_column("vehicle", sa.Column("group_id", sa.Uuid))
    op.add_column("vehicle", sa.Column("photo_id", sa.Uuid))
    op.add_column("vehicle", sa.Column("timezone", sa.Text))
    op.create_foreign_key(
        "fk_vehicle_group_id_vehicle_group",
        "vehicle",
        "vehicle_group",
        ["group_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index("ix_vehicle_group_id", "vehicle", ["group_id"])
    op.create_index("ix_vehicle_photo_id", "vehicle", ["photo_id"])


def downgrade() -> None:
    for name in ("timezone", "photo_id", "group_id", "tags", "lifecycle_since", "lifecycle"):
        op.drop_column("vehicle", name)
    op.drop_table("vehicle_phase")
    op.drop_table("vehicle_group")
