"""Who is erased is the kernel's to know; and the audit log of an account can no more be written once the account is gone."""

from alembic import op

from shared.db.migrations import drop_kernel_tables_v2, kernel_tables_v2

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kernel_tables_v2(op)
    op.execute(
        "INSERT INTO person (person_id, erased_at) SELECT account_id, started_at FROM erasure"
    )
    op.execute("ALTER TABLE audit_entry DISABLE TRIGGER keep_audit")
    op.execute("DELETE FROM audit_entry WHERE account_id NOT IN (SELECT id FROM account)")
    op.execute("ALTER TABLE audit_entry ENABLE TRIGGER keep_audit")
    op.execute(
        "ALTER TABLE audit_entry ADD CONSTRAINT fk_audit_entry_account_id_account"
        " FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE"
    )
    _keep_audit(
        "NOT EXISTS (SELECT 1 FROM account WHERE id = OLD.account_id AND deleting_at IS NULL)"
    )


def downgrade() -> None:
    _keep_audit(
        "EXISTS (SELECT 1 FROM account WHERE id = OLD.account_id AND deleting_at IS NOT NULL)"
    )
    op.execute("ALTER TABLE audit_entry DROP CONSTRAINT fk_audit_entry_account_id_account")
    drop_kernel_tables_v2(op)


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
