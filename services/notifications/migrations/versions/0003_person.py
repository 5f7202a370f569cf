"""Who is erased is the kernel's to know: lock and tombstone in one row. A contact of somebody erased is no more."""

from alembic import op

from shared.db.migrations import drop_kernel_tables_v2, kernel_tables_v2

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kernel_tables_v2(op)
    op.execute(
        "INSERT INTO person (person_id, erased_at)"
        " SELECT account_id, erased_at FROM contact WHERE erased_at IS NOT NULL"
    )
    op.execute("DELETE FROM contact WHERE erased_at IS NOT NULL")
    op.execute("ALTER TABLE contact DROP COLUMN erased_at")


def downgrade() -> None:
    op.execute("ALTER TABLE contact ADD COLUMN erased_at timestamptz")
    op.execute(
        "INSERT INTO contact (account_id, version, language, timezone, erased_at)"
        " SELECT person_id, 0, 'fr', 'UTC', erased_at FROM person WHERE erased_at IS NOT NULL"
    )
    drop_kernel_tables_v2(op)
