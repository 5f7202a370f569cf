"""Cars, the odometer ledger, maintenance, plans, drafts, reminders and the catalogue."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrations import drop_kernel_tables_v1, kernel_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    kernel_tables_v1(op)
    _brands()
    _calendar_tokens()
    _erased_owners()
    _known_documents()
    _reminder_occurrences()
    _vehicles()
    _car_models()
    _maintenance_drafts()
    _maintenance_plans()
    _maintenance_records()
    _odometer_readings()
    _reminders()


def downgrade() -> None:
    for table in (
        "reminders",
        "odometer_readings",
        "maintenance_records",
        "maintenance_plans",
        "maintenance_drafts",
        "car_models",
        "vehicles",
        "reminder_occurrences",
        "known_documents",
        "erased_owners",
        "calendar_tokens",
        "brands",
    ):
        op.drop_table(table)
    drop_kernel_tables_v1(op)


def _brands() -> None:
    op.create_table(
        "brands",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_brands"),
        sa.UniqueConstraint("name", name="uq_brands_name"),
    )


def _calendar_tokens() -> None:
    op.create_table(
        "calendar_tokens",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name="pk_calendar_tokens"),
        sa.UniqueConstraint("token_digest", name="uq_calendar_tokens_token_digest"),
    )


def _erased_owners() -> None:
    op.create_table(
        "erased_owners",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name="pk_erased_owners"),
    )


def _known_documents() -> None:
    op.create_table(
        "known_documents",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "document_id", name="pk_known_documents"),
    )


def _reminder_occurrences() -> None:
    op.create_table(
        "reminder_occurrences",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_occurrences"),
        sa.UniqueConstraint("occurrence", name="uq_reminder_occurrences_occurrence"),
    )
    op.create_index("ix_reminder_occurrences_owner_id", "reminder_occurrences", ["owner_id"])


def _vehicles() -> None:
    op.create_table(
        "vehicles",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("make", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("plate", sa.Text(), nullable=True),
        sa.Column("plate_key", sa.Text(), nullable=True),
        sa.Column("vin", sa.Text(), nullable=True),
        sa.Column("color", sa.Text(), nullable=True),
        sa.Column("fuel_type", sa.Text(), nullable=True),
        sa.Column("transmission", sa.Text(), nullable=True),
        sa.Column("distance_unit", sa.Text(), nullable=False),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("purchase_minor", sa.BigInteger(), nullable=True),
        sa.Column("purchase_currency", sa.Text(), nullable=True),
        sa.Column("first_registered_on", sa.Date(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("custom_fields", JSONB(), nullable=False),
        sa.Column("odometer_metres", sa.BigInteger(), nullable=True),
        sa.Column("odometer_on", sa.Date(), nullable=True),
        sa.Column("metres_a_year", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vehicles"),
        sa.UniqueConstraint("owner_id", "vin", name="uq_vehicles_owner_id_vin"),
    )
    op.create_index("ix_vehicles_owner_id", "vehicles", ["owner_id"])


def _car_models() -> None:
    op.create_table(
        "car_models",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name="fk_car_models_brand_id_brands", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_car_models"),
        sa.UniqueConstraint("brand_id", "name", name="uq_car_models_brand_id_name"),
    )


def _maintenance_drafts() -> None:
    op.create_table(
        "maintenance_drafts",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("document_revision", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=True),
        sa.Column("services", JSONB(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("distance", sa.BigInteger(), nullable=True),
        sa.Column("distance_unit", sa.Text(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("tax_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("garage", sa.Text(), nullable=True),
        sa.Column("invoice_number", sa.Text(), nullable=True),
        sa.Column("lines", JSONB(), nullable=False),
        sa.Column("unsure", JSONB(), nullable=False),
        sa.Column("warnings", JSONB(), nullable=False),
        sa.Column("edited", JSONB(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicles.id"],
            name="fk_maintenance_drafts_vehicle_id_vehicles",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_maintenance_drafts"),
        sa.UniqueConstraint(
            "owner_id", "document_id", name="uq_maintenance_drafts_owner_id_document_id"
        ),
    )
    op.create_index("ix_maintenance_drafts_vehicle_id", "maintenance_drafts", ["vehicle_id"])


def _maintenance_plans() -> None:
    op.create_table(
        "maintenance_plans",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("every_metres", sa.BigInteger(), nullable=True),
        sa.Column("every_months", sa.Integer(), nullable=True),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("lead_metres", sa.BigInteger(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("start_metres", sa.BigInteger(), nullable=True),
        sa.Column("start_is_assumed", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_record_id", sa.Uuid(), nullable=True),
        sa.Column("last_done_on", sa.Date(), nullable=True),
        sa.Column("last_done_metres", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_metres", sa.BigInteger(), nullable=True),
        sa.Column("forecast_on", sa.Date(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("reminded", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicles.id"],
            name="fk_maintenance_plans_vehicle_id_vehicles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_maintenance_plans"),
    )
    op.create_index("ix_maintenance_plans_owner_id", "maintenance_plans", ["owner_id"])
    op.create_index(
        "ix_maintenance_plans_to_remind",
        "maintenance_plans",
        ["remind_on"],
        postgresql_where=sa.text("active"),
    )
    op.create_index("ix_maintenance_plans_vehicle_id", "maintenance_plans", ["vehicle_id"])


def _maintenance_records() -> None:
    op.create_table(
        "maintenance_records",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("services", JSONB(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("odometer_metres", sa.BigInteger(), nullable=True),
        sa.Column("reading_id", sa.Uuid(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("tax_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("garage", sa.Text(), nullable=True),
        sa.Column("invoice_number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lines", JSONB(), nullable=False),
        sa.Column("document_ids", JSONB(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicles.id"],
            name="fk_maintenance_records_vehicle_id_vehicles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_maintenance_records"),
    )
    op.create_index(
        "ix_maintenance_records_owner_id_service_date",
        "maintenance_records",
        ["owner_id", "service_date"],
    )
    op.create_index(
        "ix_maintenance_records_services",
        "maintenance_records",
        ["services"],
        postgresql_using="gin",
    )
    op.create_index("ix_maintenance_records_vehicle_id", "maintenance_records", ["vehicle_id"])


def _odometer_readings() -> None:
    op.create_table(
        "odometer_readings",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("metres", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("doubts", JSONB(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicles.id"],
            name="fk_odometer_readings_vehicle_id_vehicles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_odometer_readings"),
    )
    op.create_index(
        "ix_odometer_readings_ledger", "odometer_readings", ["vehicle_id", "read_on", "metres"]
    )
    op.create_index("ix_odometer_readings_owner_id", "odometer_readings", ["owner_id"])


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_metres", sa.BigInteger(), nullable=True),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("lead_metres", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("forecast_on", sa.Date(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("reminded", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicles.id"],
            name="fk_reminders_vehicle_id_vehicles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
    )
    op.create_index("ix_reminders_owner_id", "reminders", ["owner_id"])
    op.create_index(
        "ix_reminders_to_remind",
        "reminders",
        ["remind_on"],
        postgresql_where=sa.text("status = 'ACTIVE'"),
    )
    op.create_index("ix_reminders_vehicle_id", "reminders", ["vehicle_id"])
