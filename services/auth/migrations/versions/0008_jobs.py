"""One waiting job of a kind and key beside the one that runs; what is old may leave the audit log."""

from alembic import op

from shared.db.migrations import kernel_tables_v3, undo_kernel_tables_v3

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ERASED = "NOT EXISTS (SELECT 1 FROM account WHERE id = OLD.account_id AND deleting_at IS NULL)"
OLD = "OLD.at < now() - interval '400 days'"


def upgrade() -> None:
    kernel_tables_v3(op)
    op.execute("CREATE INDEX ix_audit_entry_at ON audit_entry (at)")
    _keep_audit(f"({OLD} OR {ERASED})")


def downgrade() -> None:
    _keep_audit(ERASED)
    op.execute("DROP INDEX ix_audit_entry_at")
    undo_kernel_tables_v3(op)


def _keep_audit(may_go: str) -> None:
    op.execute(
        f"""CREATE OR REPLACE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'DELETE' AND {may_go} THEN
            RETURN OLD;
          END IF;
          RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$"""
    )
