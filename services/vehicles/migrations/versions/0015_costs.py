"""What a car costs beside its care: expenses and contracts, what it is worth, budgets, and dated rates of exchange."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _of_a_car(table: str, *columns: sa.Column[object]) -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("made_by", sa.Uuid),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.text("now()"), nullable=False),
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


def _amount() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
    )


def upgrade() -> None:
    _of_a_car(
        "expense",
        sa.Column("spent_on", sa.Date, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("note", sa.Text),
        *_amount(),
        sa.Column("every", sa.Text),
        sa.Column("ends_on", sa.Date),
        sa.Column("spread", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("document_ids", JSONB, nullable=False),
        sa.Column("trashed_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_expense_vehicle_id_spent_on", "expense", ["vehicle_id", "spent_on", "id"])
    contract, trashed = sa.text("every IS NOT NULL"), sa.text("trashed_at IS NOT NULL")
    op.create_index("ix_expense_contract", "expense", ["vehicle_id"], postgresql_where=contract)
    op.create_index("ix_expense_trashed", "expense", ["trashed_at"], postgresql_where=trashed)
    _of_a_car(
        "value_point",
        sa.Column("valued_on", sa.Date, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        *_amount(),
        sa.Column("note", sa.Text),
    )
    op.create_index(
        "ix_value_point_vehicle_id_valued_on", "value_point", ["vehicle_id", "valued_on"]
    )
    _of_a_car("budget", sa.Column("category", sa.Text), sa.Column("month", sa.Date), *_amount())
    op.create_index(
        "uq_budget_vehicle_id_category_month",
        "budget",
        ["vehicle_id", "category", "month"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("per_euro", sa.Numeric(20, 10), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rate"),
        sa.UniqueConstraint("currency", "day", name="uq_exchange_rate_currency_day"),
    )
    op.create_index("ix_exchange_rate_day", "exchange_rate", ["day"])
    op.create_index(
        "ix_maintenance_record_vehicle_id_service_date",
        "maintenance_record",
        ["vehicle_id", "service_date", "id"],
    )
    op.drop_index("ix_maintenance_record_vehicle_id", "maintenance_record")


def downgrade() -> None:
    op.create_index("ix_maintenance_record_vehicle_id", "maintenance_record", ["vehicle_id"])
    op.drop_index("ix_maintenance_record_vehicle_id_service_date", "maintenance_record")
    for table in ("exchange_rate", "budget", "value_point", "expense"):
        op.drop_table(table)
