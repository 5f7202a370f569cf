"""Plans by hours of running, first due, completions without a record, skips and pauses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBERS = (
    "every_minutes",
    "start_minutes",
    "first_due_metres",
    "first_due_minutes",
    "assumed_metres",
    "assumed_minutes",
    "last_done_minutes",
    "due_minutes",
)
DAYS = ("first_due_on", "forecast_from", "forecast_to", "paused_on")
IDS = ("last_completion_id", "closed_by", "reopened_by")


def upgrade() -> None:
    plan = "maintenance_plan"
    for name in NUMBERS:
        op.add_column(plan, sa.Column(name, sa.BigInteger))
    for name in DAYS:
        op.add_column(plan, sa.Column(name, sa.Date))
    for name in IDS:
        op.add_column(plan, sa.Column(name, sa.Uuid))
    op.add_column(plan, sa.Column("source", sa.Text))
    op.add_column(
        plan, sa.Column("lead_minutes", sa.BigInteger, server_default="600", nullable=False)
    )
    op.add_column(
        plan, sa.Column("unmoved", JSONB, server_default=sa.text("'[]'::jsonb"), nullable=False)
    )
    # until now an assumed start was kept as if its owner had said it
    op.execute(
        "UPDATE maintenance_plan SET assumed_metres = start_metres, start_metres = NULL"
        " WHERE start_is_assumed"
    )
    op.execute("UPDATE maintenance_plan SET closed_by = last_record_id")
    _entries()


def _entries() -> None:
    op.create_table(
        "plan_entry",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("begins_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("metres", sa.BigInteger),
        sa.Column("minutes", sa.BigInteger),
        sa.Column("reading_id", sa.Uuid),
        sa.Column("hours_reading_id", sa.Uuid),
        sa.Column("record_id", sa.Uuid),
        sa.Column("note", sa.Text),
        sa.Column("due_on", sa.Date),
        sa.Column("due_metres", sa.BigInteger),
        sa.Column("due_minutes", sa.BigInteger),
        sa.Column("made_by", sa.Uuid),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plan_entry"),
        sa.UniqueConstraint("plan_id", "record_id", name="uq_plan_entry_plan_id_record_id"),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=f"fk_plan_entry_{column}_{table}",
                ondelete="CASCADE",
            )
            for column, table in (
                ("vehicle_id", "vehicle"),
                ("plan_id", "maintenance_plan"),
                ("record_id", "maintenance_record"),
            )
        ),
    )
    op.create_index("ix_plan_entry_owner_id", "plan_entry", ["owner_id"])
    op.create_index("ix_plan_entry_record_id", "plan_entry", ["record_id"])
    for column in ("vehicle_id", "plan_id"):
        op.create_index(f"ix_plan_entry_{column}_begins_on", "plan_entry", [column, "begins_on"])


def downgrade() -> None:
    op.drop_table("plan_entry")
    op.execute(
        "UPDATE maintenance_plan SET start_metres = assumed_metres WHERE start_metres IS NULL"
    )
    # what counts hours alone is unknown to what comes before
    op.execute("DELETE FROM maintenance_plan WHERE every_metres IS NULL AND every_months IS NULL")
    for name in (*NUMBERS, *DAYS, *IDS, "source", "lead_minutes", "unmoved"):
        op.drop_column("maintenance_plan", name)
