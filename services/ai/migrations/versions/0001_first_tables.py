"""First tables: the copy of cars, conversations, the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrations import drop_kernel_tables_v1, kernel_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    kernel_tables_v1(op)
    _copy()
    _conversations()
    _ledger()


def _copy() -> None:
    op.create_table(
        "car_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("make", sa.Text(), server_default="", nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("fuel_type", sa.Text()),
        sa.Column("transmission", sa.Text()),
        sa.Column("odometer_m", sa.BigInteger()),
        sa.Column("odometer_read_on", sa.Date()),
        sa.Column("reading_m", sa.BigInteger()),
        sa.Column("reading_on", sa.Date()),
        sa.Column("first_registration", sa.Date()),
        sa.Column("country", sa.Text()),
        sa.Column("annual_distance_m", sa.BigInteger()),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_car_copy"),
    )
    op.create_index("ix_car_copy_owner_id", "car_copy", ["owner_id"])
    op.create_table(
        "record_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("odometer_m", sa.BigInteger()),
        sa.Column("services", JSONB(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_copy"),
    )
    op.create_index("ix_record_copy_owner_id_vehicle_id", "record_copy", ["owner_id", "vehicle_id"])
    op.create_table(
        "erased_owner",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name="pk_erased_owner"),
    )


def _conversations() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
    )
    op.create_index(
        "ix_conversation_owner_id_updated_at", "conversation", ["owner_id", "updated_at"]
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("meta", JSONB(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name="fk_message_conversation_id_conversation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("ix_message_conversation_id_id", "message", ["conversation_id", "id"])
    op.create_index("ix_message_owner_id", "message", ["owner_id"])


def _ledger() -> None:
    op.create_table(
        "usage_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("completion", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("estimated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("model", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_usage_entry"),
    )
    op.create_index("ix_usage_entry_owner_id_month", "usage_entry", ["owner_id", "month"])


def downgrade() -> None:
    for table in (
        "usage_entry",
        "message",
        "conversation",
        "erased_owner",
        "record_copy",
        "car_copy",
    ):
        op.drop_table(table)
    drop_kernel_tables_v1(op)
