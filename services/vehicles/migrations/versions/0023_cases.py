"""Cases: what is wrong with a car, what is said to it, and the record that mends it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
RECORD_OF = "fk_maintenance_record_case_id_diagnostic"


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
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name=f"fk_{table}_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
    )
    op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])


def _points_at(table: str, column: str, other: str, ondelete: str) -> None:
    op.create_foreign_key(
        f"fk_{table}_{column}_{other}", table, other, [column], ["id"], ondelete=ondelete
    )


def upgrade() -> None:
    _cases()
    _of_a_car(
        "diagnostic_reply",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("word", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("document_ids", JSONB, nullable=False),
    )
    _points_at("diagnostic_reply", "case_id", "diagnostic", "CASCADE")
    op.create_index("ix_diagnostic_reply_vehicle_id", "diagnostic_reply", ["vehicle_id"])
    op.create_index(
        "ix_diagnostic_reply_case_id_created_at",
        "diagnostic_reply",
        ["case_id", "created_at", "id"],
    )
    op.add_column("maintenance_record", sa.Column("case_id", sa.Uuid))
    _points_at("maintenance_record", "case_id", "diagnostic", "SET NULL")
    op.create_index("ix_maintenance_record_case_id", "maintenance_record", ["case_id"])
    op.execute("SELECT watch_changes('diagnostic', 'diagnostic')")


def _cases() -> None:
    _of_a_car(
        "diagnostic",
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("dtc_codes", JSONB, nullable=False),
        sa.Column("reported_on", sa.Date, nullable=False),
        sa.Column("odometer_metres", sa.BigInteger),
        sa.Column("seen_metres", sa.BigInteger),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("severity_rank", sa.Integer, nullable=False),
        sa.Column("severity_typed", sa.Text),
        sa.Column("severity_found", sa.Text),
        sa.Column("severity_reason", sa.Text),
        sa.Column("severity_reason_against", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("outcome_text", sa.Text),
        sa.Column("resolved_on", sa.Date),
        sa.Column("resolved_metres", sa.BigInteger),
        sa.Column("resolved_at", MOMENT),
        sa.Column("record_id", sa.Uuid),
        sa.Column("earlier_id", sa.Uuid),
        sa.Column("document_ids", JSONB, nullable=False),
        sa.Column("reply_count", sa.Integer, server_default="0", nullable=False),
        sa.Column("last_reply_at", MOMENT),
        sa.Column("analysis", sa.Text, server_default="none", nullable=False),
        sa.Column("ai_request_id", sa.Uuid),
        sa.Column("ai_asked_at", MOMENT),
        sa.Column("ai_answered_at", MOMENT),
        sa.Column("ai_analysis", sa.Text),
        sa.Column("ai_urgency", sa.Text),
        sa.Column("confidence_score", sa.Float),
        sa.Column("trashed_at", MOMENT),
    )
    _points_at("diagnostic", "record_id", "maintenance_record", "SET NULL")
    _points_at("diagnostic", "earlier_id", "diagnostic", "SET NULL")
    op.create_index(
        "ix_diagnostic_vehicle_id_reported_on", "diagnostic", ["vehicle_id", "reported_on", "id"]
    )
    for column in ("record_id", "earlier_id"):
        op.create_index(f"ix_diagnostic_{column}", "diagnostic", [column])
    op.create_index(
        "ix_diagnostic_trashed",
        "diagnostic",
        ["trashed_at"],
        postgresql_where=sa.text("trashed_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SELECT unwatch_changes('diagnostic')")
    op.drop_constraint(RECORD_OF, "maintenance_record", type_="foreignkey")
    op.drop_index("ix_maintenance_record_case_id", "maintenance_record")
    op.drop_column("maintenance_record", "case_id")
    op.drop_table("diagnostic_reply")
    op.drop_table("diagnostic")
