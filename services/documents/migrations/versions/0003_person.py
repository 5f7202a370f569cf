"""Who is erased is the kernel's to know: lock and tombstone in one row."""

from alembic import op

from shared.db.migrations import drop_kernel_tables_v2, kernel_tables_v2

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kernel_tables_v2(op)
    op.execute(
        "INSERT INTO person (person_id, erased_at) SELECT owner_id, erased_at FROM erased_owner"
    )
    op.execute("DROP TABLE erased_owner")


def downgrade() -> None:
    op.execute(
        "CREATE TABLE erased_owner (owner_id uuid CONSTRAINT pk_erased_owner PRIMARY KEY,"
        " erased_at timestamptz NOT NULL)"
    )
    op.execute(
        "INSERT INTO erased_owner SELECT person_id, erased_at FROM person WHERE erased_at IS NOT NULL"
    )
    drop_kernel_tables_v2(op)
