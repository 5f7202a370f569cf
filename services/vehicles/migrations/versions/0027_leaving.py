"""What leaves with its owner: exports and passports; and what guests write down."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

GUESTS_WRITE = ("odometer_reading", "fill")


def _column(name: str, kind: sa.types.TypeEngine[Any], *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    for table in GUESTS_WRITE:
        op.add_column(table, sa.Column("guest", sa.Text, nullable=True))
    op.create_table(
        "car_export",
        _column("id", sa.Uuid()),
        _column("account_id", sa.Uuid()),
        _column("vehicle_id", sa.Uuid(), nullable=True),
        _column("format", sa.Text()),
        _column("language", sa.Text()),
        _column("with_costs", sa.Boolean()),
        _column("with_receipts", sa.Boolean()),
        _column("state", sa.Text()),
        _column("percent", sa.Integer()),
        _column("problem", sa.Text(), nullable=True),
        _column("file_name", sa.Text(), nullable=True),
        _column("media_type", sa.Text(), nullable=True),
        _column("size_bytes", sa.BigInteger(), nullable=True),
        _column("sha256", sa.LargeBinary(), nullable=True),
        _column("receipts", sa.Integer()),
        _column("receipts_left_out", sa.Integer()),
        _column("expires_at", MOMENT),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_car_export"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], "fk_car_export_vehicle_id_vehicle", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_car_export_account_id_created_at", "car_export", ["account_id", "created_at"]
    )
    op.create_index("ix_car_export_expires_at", "car_export", ["expires_at"])
    op.create_index("ix_car_export_vehicle_id", "car_export", ["vehicle_id"])
    _pieces()
    _links()


def _pieces() -> None:
    op.create_table(
        "car_export_part",
        _column("export_id", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("content", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("export_id", "number", name="pk_car_export_part"),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["car_export.id"],
            "fk_car_export_part_export_id_car_export",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "car_export_receipt",
        _column("export_id", sa.Uuid()),
        _column("document_id", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("file_name", sa.Text()),
        _column("media_type", sa.Text()),
        _column("sha256", sa.Text()),
        _column("content", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("export_id", "document_id", "number", name="pk_car_export_receipt"),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["car_export.id"],
            "fk_car_export_receipt_export_id_car_export",
            ondelete="CASCADE",
        ),
    )


def _link(
    name: str, *columns: sa.Column[Any], keys: tuple[sa.ForeignKeyConstraint, ...] = ()
) -> None:
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("owner_id", sa.Uuid()),
        _column("vehicle_id", sa.Uuid()),
        _column("made_by", sa.Uuid(), nullable=True),
        _column("token_digest", sa.LargeBinary()),
        _column("created_at", MOMENT),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("token_digest", name=f"uq_{name}_token_digest"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], f"fk_{name}_vehicle_id_vehicle", ondelete="CASCADE"
        ),
        *keys,
    )
    op.create_index(f"ix_{name}_owner_id", name, ["owner_id"])
    op.create_index(f"ix_{name}_vehicle_id_created_at", name, ["vehicle_id", "created_at"])


def _links() -> None:
    _link(
        "guest_link",
        _column("label", sa.Text()),
        _column("allows", JSONB()),
        _column("until", sa.Date()),
        _column("revoked_at", MOMENT, nullable=True),
        _column("used", sa.Integer()),
        _column("used_at", MOMENT, nullable=True),
        _column("hour_since", MOMENT, nullable=True),
        _column("hour_used", sa.Integer()),
    )
    of_export = sa.ForeignKeyConstraint(
        ["export_id"],
        ["car_export.id"],
        "fk_passport_link_export_id_car_export",
        ondelete="CASCADE",
    )
    _link(
        "passport_link",
        _column("export_id", sa.Uuid()),
        _column("expires_at", MOMENT),
        _column("seen", sa.Integer()),
        _column("seen_at", MOMENT, nullable=True),
        keys=(of_export,),
    )
    op.create_index("ix_passport_link_export_id", "passport_link", ["export_id"])


def downgrade() -> None:
    for table in (
        "passport_link",
        "guest_link",
        "car_export_receipt",
        "car_export_part",
        "car_export",
    ):
        op.drop_table(table)
    for table in GUESTS_WRITE:
        op.drop_column(table, "guest")
