"""Imports: what somebody brings along from another program, its rows in neutral form, and how tables nobody knows are read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _of_import(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_import_id_vehicle_import"
    return sa.ForeignKeyConstraint(["import_id"], ["vehicle_import.id"], name=name,
                                   ondelete="CASCADE")  # fmt: skip


def _versioned() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
    )


def upgrade() -> None:
    _imports()
    _parts_and_rows()
    op.create_table(
        "imported_source",
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", "kind", "source", name="pk_imported_source"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name="fk_imported_source_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_imported_source_import_id", "imported_source", ["import_id"])
    op.create_index("ix_imported_source_owner_id", "imported_source", ["owner_id"])
    op.create_table(
        "import_profile",
        *_versioned(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mapping", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_profile"),
        sa.UniqueConstraint("owner_id", "name", name="uq_import_profile_owner_id_name"),
    )


def _imports() -> None:
    op.create_table(
        "vehicle_import",
        *_versioned(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("format", sa.Text),
        sa.Column("candidates", JSONB, nullable=False),
        sa.Column("mapping", JSONB),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("questions", JSONB, nullable=False),
        sa.Column("cars", JSONB, nullable=False),
        sa.Column("counts", JSONB, nullable=False),
        sa.Column("total", sa.Integer, server_default="0", nullable=False),
        sa.Column("done", sa.Integer, server_default="0", nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("before", JSONB, nullable=False),
        sa.Column("applied_at", MOMENT),
        sa.Column("undone_at", MOMENT),
        sa.Column("kept_until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vehicle_import"),
    )
    op.create_index("ix_vehicle_import_owner_id", "vehicle_import", ["owner_id"])
    op.create_index("ix_vehicle_import_kept_until", "vehicle_import", ["kept_until"])


def _parts_and_rows() -> None:
    op.create_table(
        "import_part",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("encoding", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_import_part"),
        _of_import("import_part"),
    )
    op.create_index("ix_import_part_owner_id", "import_part", ["owner_id"])
    op.create_table(
        "import_row",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("car", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("codes", JSONB, nullable=False),
        sa.Column("cell_column", sa.Text, nullable=False),
        sa.Column("cell", sa.Text, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("found", JSONB, nullable=False),
        sa.Column("thing_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_import_row"),
        sa.UniqueConstraint("import_id", "number", name="uq_import_row_import_id_number"),
        _of_import("import_row"),
    )
    op.create_index("ix_import_row_import_id_state", "import_row", ["import_id", "state", "number"])
    op.create_index("ix_import_row_owner_id", "import_row", ["owner_id"])


def downgrade() -> None:
    for table in ("import_profile", "imported_source", "import_row", "import_part"):
        op.drop_table(table)
    op.drop_table("vehicle_import")
