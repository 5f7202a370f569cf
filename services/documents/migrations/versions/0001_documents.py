"""Documents, their fields, and whose each vehicle is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrations import drop_kernel_tables_v1, kernel_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    kernel_tables_v1(op)
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid()),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("type_source", sa.Text(), nullable=False),
        sa.Column("type_confidence", sa.Float(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text()),
        sa.Column("percent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("lines", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple', search_text)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("owner_id", "sha256", name="uq_document_owner_id_sha256"),
        sa.CheckConstraint("size_bytes > 0", name="ck_document_size"),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="ck_document_percent"),
    )
    op.create_index("ix_document_owner_id_created_at", "document", ["owner_id", "created_at"])
    op.create_index("ix_document_owner_id_vehicle_id", "document", ["owner_id", "vehicle_id"])
    op.create_index("ix_document_search", "document", ["search"], postgresql_using="gin")
    op.create_table(
        "field",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("raw", sa.Text()),
        sa.Column("page", sa.Integer()),
        sa.Column("box", postgresql.JSONB()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True)),
        sa.Column("corrected_by", sa.Uuid()),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name="fk_field_document_id_document",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "name", name="pk_field"),
    )
    op.create_table(
        "vehicle_copy",
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", name="pk_vehicle_copy"),
    )
    op.create_index("ix_vehicle_copy_owner_id", "vehicle_copy", ["owner_id"])


def downgrade() -> None:
    op.drop_table("vehicle_copy")
    op.drop_table("field")
    op.drop_table("document")
    drop_kernel_tables_v1(op)
