"""Fills, charges, energy tariffs; what a car runs on and in which tanks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def upgrade() -> None:
    for name in ("energies", "tanks"):
        op.add_column(
            "vehicle", sa.Column(name, JSONB, server_default=sa.text("'[]'"), nullable=False)
        )
    op.create_table(
        "energy_tariff",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("table", JSONB, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_energy_tariff"),
    )
    op.create_index("ix_energy_tariff_owner_id", "energy_tariff", ["owner_id"])
    op.create_table(
        "fill",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("made_by", sa.Uuid),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", sa.Time),
        sa.Column("energy", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("measured_at", sa.Text),
        sa.Column("battery", sa.BigInteger),
        sa.Column("unit_price_micro", sa.BigInteger),
        sa.Column("total_minor", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("derived", sa.Text),
        sa.Column("is_full", sa.Boolean, nullable=False),
        sa.Column("level_after", sa.Integer),
        sa.Column("missed_before", sa.Boolean, nullable=False),
        sa.Column("odometer_metres", sa.BigInteger),
        sa.Column("odometer_derived", sa.Boolean, nullable=False),
        sa.Column("trip_metres", sa.BigInteger),
        sa.Column("by_trip_metres", sa.BigInteger),
        sa.Column("engine_minutes", sa.BigInteger),
        sa.Column("own_metres", sa.BigInteger),
        sa.Column("other_metres", sa.BigInteger),
        sa.Column("reading_id", sa.Uuid),
        sa.Column("station", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("document_ids", JSONB, nullable=False),
        sa.Column("tariff_id", sa.Uuid),
        sa.Column("charged_from", sa.DateTime(timezone=True)),
        sa.Column("charged_to", sa.DateTime(timezone=True)),
        sa.Column("solar", sa.BigInteger),
        sa.Column("trashed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fill"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name="fk_fill_vehicle_id_vehicle", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tariff_id"],
            ["energy_tariff.id"],
            name="fk_fill_tariff_id_energy_tariff",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_fill_history", "fill", ["vehicle_id", "day"])
    op.create_index("ix_fill_owner_id", "fill", ["owner_id"])
    for column in ("trashed_at", "tariff_id"):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_fill_{column}", "fill", [column], postgresql_where=there)


def downgrade() -> None:
    op.drop_table("fill")
    op.drop_table("energy_tariff")
    for name in ("energies", "tanks"):
        op.drop_column("vehicle", name)
