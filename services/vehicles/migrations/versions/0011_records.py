"""Records: their kind, prices with tax, garage, trash; ids that clients choose; money in the decimals of its currency."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NO_DECIMALS = ("BIF", "DJF", "GNF", "KMF", "PYG", "RWF", "UGX", "UYI", "VUV")
THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
FOUR_DECIMALS = ("CLF", "UYW")
"""Until now these were kept with two."""
AMOUNTS = {
    "maintenance_record": ("cost_minor", "tax_minor"),
    "maintenance_draft": ("cost_minor", "tax_minor"),
    "vehicle": ("purchase_minor",),
}
CURRENCY = {"vehicle": "purchase_currency"}
SCALES = {NO_DECIMALS: "0.01", THREE_DECIMALS: "10", FOUR_DECIMALS: "100"}
BACK = {NO_DECIMALS: "100", THREE_DECIMALS: "0.1", FOUR_DECIMALS: "0.01"}


def _scale(scales: dict[tuple[str, ...], str]) -> None:
    for currencies, factor in scales.items():
        named = ", ".join(f"'{code}'" for code in currencies)
        for table, columns in AMOUNTS.items():
            into = ", ".join(f"{name} = round({name} * {factor})" for name in columns)
            where = f"{CURRENCY.get(table, 'currency')} IN ({named})"
            op.execute(f"UPDATE {table} SET {into} WHERE {where}")  # noqa: S608 - names of ours
            if table != "vehicle":
                op.execute(f"UPDATE {table} SET lines = {_lines(factor)} WHERE {where}")  # noqa: S608 - likewise


def _lines(factor: str) -> str:
    """The same lines, in the same order, with their amounts scaled; null stays null."""
    scaled = ", ".join(
        f"'{name}', round((line ->> '{name}')::numeric * {factor})"
        for name in ("unit_price_minor", "total_minor")
    )
    return (
        f"coalesce((SELECT jsonb_agg(line || jsonb_build_object({scaled}) ORDER BY place)"  # noqa: S608 - likewise
        " FROM jsonb_array_elements(lines) WITH ORDINALITY AS each (line, place)), '[]'::jsonb)"
    )


def upgrade() -> None:
    op.create_table(
        "client_id",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client_id"),
    )
    op.create_index("ix_client_id_account_id", "client_id", ["account_id"])
    for table in ("maintenance_record", "maintenance_draft"):
        op.add_column(table, sa.Column("kind", sa.Text, server_default="service", nullable=False))
        op.add_column(
            table,
            sa.Column(
                "prices_include_tax", sa.Boolean, server_default=sa.text("false"), nullable=False
            ),
        )
    for name in ("cost_is_typed", "tax_is_typed"):
        op.add_column(
            "maintenance_record",
            sa.Column(name, sa.Boolean, server_default=sa.text("true"), nullable=False),
        )
    op.add_column("maintenance_record", sa.Column("garage_id", sa.Uuid))
    op.add_column(
        "maintenance_record",
        sa.Column(
            "warranty_reminders", JSONB, server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column("maintenance_record", sa.Column("trashed_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_maintenance_record_trashed",
        "maintenance_record",
        ["trashed_at"],
        postgresql_where=sa.text("trashed_at IS NOT NULL"),
    )
    _scale(SCALES)


def downgrade() -> None:
    _scale(BACK)
    op.execute("DELETE FROM maintenance_record WHERE trashed_at IS NOT NULL")
    op.drop_index("ix_maintenance_record_trashed", "maintenance_record")
    for name in ("trashed_at", "warranty_reminders", "garage_id", "tax_is_typed", "cost_is_typed"):
        op.drop_column("maintenance_record", name)
    for table in ("maintenance_record", "maintenance_draft"):
        op.drop_column(table, "prices_include_tax")
        op.drop_column(table, "kind")
    op.drop_index("ix_client_id_account_id", "client_id")
    op.drop_table("client_id")
