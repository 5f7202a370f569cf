"""Tyres as components of a car, and the trips it made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _of_a_car(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("made_by", sa.Uuid),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        *columns,
        sa.Column("trashed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name=f"fk_{table}_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
    )
    op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
    trashed = sa.text("trashed_at IS NOT NULL")
    op.create_index(f"ix_{table}_trashed", table, ["trashed_at"], postgresql_where=trashed)


def upgrade() -> None:
    _of_a_car(
        "tyre_set",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("season", sa.Text, nullable=False),
        sa.Column("tyres", sa.Integer, nullable=False),
        sa.Column("brand", sa.Text),
        sa.Column("size", sa.Text),
        sa.Column("dot", sa.Text),
        sa.Column("bought_on", sa.Date),
        sa.Column("retired_on", sa.Date),
        sa.Column("note", sa.Text),
        sa.Column("mounted_on", sa.Date),
        sa.Column("mountings", JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("depths", JSONB, server_default=sa.text("'[]'"), nullable=False),
    )
    op.create_index(
        "ix_tyre_set_vehicle_id_mounted_on", "tyre_set", ["vehicle_id", "mounted_on", "id"]
    )
    _of_a_car(
        "trip",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("start_metres", sa.BigInteger),
        sa.Column("end_metres", sa.BigInteger),
        sa.Column("distance_metres", sa.BigInteger, nullable=False),
        sa.Column("business", sa.Boolean, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("from_place", sa.Text),
        sa.Column("to_place", sa.Text),
        sa.Column("note", sa.Text),
    )
    op.create_index("ix_trip_vehicle_id_day", "trip", ["vehicle_id", "day", "id"])
    op.execute("SELECT watch_changes('tyre_set', 'tyre_set')")
    op.execute("SELECT watch_changes('trip', 'trip')")


def downgrade() -> None:
    op.drop_table("trip")
    op.drop_table("tyre_set")
