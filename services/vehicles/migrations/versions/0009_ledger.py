"""The ledger: several meters and clusters, what its owner vouches for, and indexes that find a reading's neighbours."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

READING = "odometer_reading"
NO = sa.text("false")


def upgrade() -> None:
    op.create_table(
        "odometer_segment",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("made_by", sa.Uuid),
        sa.Column("meter", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("old_end", sa.BigInteger),
        sa.Column("new_start", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("offset_metres", sa.BigInteger, nullable=False),
        sa.Column("is_lower_bound", sa.Boolean, nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name="pk_odometer_segment"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name="fk_odometer_segment_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "vehicle_id",
            "meter",
            "starts_on",
            name="uq_odometer_segment_vehicle_id_meter_starts_on",
        ),
    )
    op.create_index("ix_odometer_segment_owner_id", "odometer_segment", ["owner_id"])
    for column in (
        sa.Column("meter", sa.Text, server_default=sa.text("'distance'"), nullable=False),
        sa.Column("vouched", sa.Boolean, server_default=NO, nullable=False),
        sa.Column("derived", sa.Boolean, server_default=NO, nullable=False),
        sa.Column("read_time", sa.Time),
        sa.Column("unit", sa.Text),
        sa.Column("origin_id", sa.Uuid),
        sa.Column("segment_id", sa.Uuid),
    ):
        op.add_column(READING, column)
    op.create_foreign_key(
        "fk_odometer_reading_segment_id_odometer_segment",
        READING,
        "odometer_segment",
        ["segment_id"],
        ["id"],
    )
    _index_readings()
    for column in (
        sa.Column("meter", sa.Text, server_default=sa.text("'distance'"), nullable=False),
        sa.Column("odometer_offset", sa.BigInteger, server_default=sa.text("0"), nullable=False),
        sa.Column("odometer_since", sa.BigInteger, server_default=sa.text("0"), nullable=False),
        sa.Column("odometer_is_lower_bound", sa.Boolean, server_default=NO, nullable=False),
        sa.Column("hours_minutes", sa.BigInteger),
        sa.Column("hours_on", sa.Date),
        sa.Column("minutes_a_year", sa.BigInteger),
    ):
        op.add_column("vehicle", column)


def _index_readings() -> None:
    for name, columns, condition in (
        (
            "ix_odometer_reading_accepted",
            ["vehicle_id", "meter", "read_on", "metres"],
            "status = 'ACCEPTED'",
        ),
        (
            "ix_odometer_reading_doubted",
            ["vehicle_id", "meter", "read_on"],
            "status = 'QUARANTINED'",
        ),
        ("ix_odometer_reading_told", ["vehicle_id"], "record_id IS NOT NULL"),
        ("ix_odometer_reading_record_id", ["record_id"], "record_id IS NOT NULL"),
        ("ix_odometer_reading_origin_id", ["origin_id"], "origin_id IS NOT NULL"),
        ("ix_odometer_reading_segment_id", ["segment_id"], "segment_id IS NOT NULL"),
    ):
        op.create_index(name, READING, columns, postgresql_where=sa.text(condition))


def downgrade() -> None:
    """Readings of an hours meter have no place before."""
    for name in (
        "minutes_a_year",
        "hours_on",
        "hours_minutes",
        "odometer_is_lower_bound",
        "odometer_since",
        "odometer_offset",
        "meter",
    ):
        op.drop_column("vehicle", name)
    for name in ("segment_id", "origin_id", "record_id", "told", "doubted", "accepted"):
        op.drop_index(f"ix_odometer_reading_{name}", READING)
    op.execute("DELETE FROM odometer_reading WHERE meter <> 'distance'")
    for name in ("segment_id", "origin_id", "unit", "read_time", "derived", "vouched", "meter"):
        op.drop_column(READING, name)
    op.drop_table("odometer_segment")
