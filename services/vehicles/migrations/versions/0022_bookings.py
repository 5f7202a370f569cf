"""Bookings at garages; a draft of a record may come from one, and then has no document."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
HELD = "state IN ('pending', 'confirmed', 'in_progress')"


def _reference(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{table}_id"],
        [f"{table}.id"],
        name=f"fk_booking_{table}_id_{table}",
        ondelete="CASCADE",
    )


def upgrade() -> None:
    now, no = sa.text("now()"), sa.text("false")
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, server_default=now, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=now, nullable=False),
        sa.Column("made_by", sa.Uuid),
        *(
            sa.Column(name, sa.Uuid, nullable=False)
            for name in ("owner_id", "vehicle_id", "garage_id")
        ),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("starts_at", "ends_at", "asked_at")),
        *(
            sa.Column(name, MOMENT)
            for name in ("confirmed_at", "started_at", "ended_at", "remind_at")
        ),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("services", JSONB, nullable=False),
        *(
            sa.Column(name, sa.Text)
            for name in (
                *("note", "phone", "ended_by", "reason"),
                *("currency", "work_done", "invoice_number"),
            )
        ),
        sa.Column("cancel_hours", sa.SmallInteger, nullable=False),
        sa.Column("moved_by_garage", sa.Boolean, server_default=no, nullable=False),
        sa.Column("price_minor", sa.BigInteger),
        sa.Column("mileage", sa.BigInteger),
        sa.Column("draft_id", sa.Uuid),
        sa.Column("in_calendar", sa.Boolean, server_default=no, nullable=False),
        sa.Column("sequence", sa.Integer, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_booking"),
        _reference("vehicle"),
        _reference("garage"),
    )
    op.create_index("ix_booking_owner_id", "booking", ["owner_id"])
    op.create_index("ix_booking_vehicle_id_starts_at", "booking", ["vehicle_id", "starts_at", "id"])
    op.create_index("ix_booking_garage_id_starts_at", "booking", ["garage_id", "starts_at", "id"])
    for name, columns, where in (
        ("held", ["garage_id", "starts_at"], HELD),
        ("waiting", ["starts_at"], "state = 'pending'"),
        ("remind_at", ["remind_at"], "remind_at IS NOT NULL"),
    ):
        op.create_index(f"ix_booking_{name}", "booking", columns, postgresql_where=sa.text(where))
    op.alter_column("maintenance_draft", "document_id", nullable=True)
    op.alter_column("maintenance_draft", "file_name", nullable=True)
    op.add_column("maintenance_draft", sa.Column("booking_id", sa.Uuid))
    op.add_column("maintenance_draft", sa.Column("garage_id", sa.Uuid))
    op.create_unique_constraint(
        "uq_maintenance_draft_booking_id", "maintenance_draft", ["booking_id"]
    )


def downgrade() -> None:
    op.execute("DELETE FROM maintenance_draft WHERE document_id IS NULL")
    op.drop_constraint("uq_maintenance_draft_booking_id", "maintenance_draft")
    op.drop_column("maintenance_draft", "garage_id")
    op.drop_column("maintenance_draft", "booking_id")
    op.alter_column("maintenance_draft", "file_name", nullable=False)
    op.alter_column("maintenance_draft", "document_id", nullable=False)
    op.drop_table("booking")
