"""Accounts, sessions, codes, keys, throttles, audit."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrations import drop_kernel_tables_v1, kernel_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.func.now()


def upgrade() -> None:
    kernel_tables_v1(op)
    _accounts()
    _codes()
    _sessions()
    _limits()
    _keys()
    _audit()


def _of_account(table: str) -> sa.Column[UUID]:
    owner = sa.ForeignKey("account.id", name=f"fk_{table}_account_id_account", ondelete="CASCADE")
    return sa.Column("account_id", sa.Uuid(), owner, nullable=False, index=True)


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_changed_at", MOMENT),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("phone_number", sa.Text()),
        sa.Column("roles", JSONB(), nullable=False),
        sa.Column("verified_at", MOMENT),
        sa.Column("locked_at", MOMENT),
        sa.Column("deleting_at", MOMENT),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("switches", JSONB(), nullable=False),
        sa.Column("custom_settings", JSONB(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.UniqueConstraint("email_key", name="uq_account_email_key"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
    )


def _codes() -> None:
    op.create_table(
        "code",
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_account("code"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("candidate", JSONB()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_code"),
    )
    op.create_table(
        "reset_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_account("reset_token"),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("digest", name="uq_reset_token_digest"),
        sa.PrimaryKeyConstraint("id", name="pk_reset_token"),
    )


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_account("session"),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_because", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_table(
        "refresh_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "session_id",
            sa.Uuid(),
            sa.ForeignKey(
                "session.id", name="fk_refresh_token_session_id_session", ondelete="CASCADE"
            ),
            nullable=False,
            index=True,
        ),
        sa.Column("parent_id", sa.Uuid(), index=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT),
        sa.UniqueConstraint("digest", name="uq_refresh_token_digest"),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_token"),
    )
    op.create_table(
        "revocation",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("until", MOMENT, nullable=False, index=True),
        sa.Column(
            "recorded_at",
            MOMENT,
            nullable=False,
            server_default=sa.func.clock_timestamp(),
            index=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_revocation"),
    )


def _limits() -> None:
    op.create_table(
        "spent_budget",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False, index=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_spent_budget"),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("full_at", MOMENT, nullable=False, index=True),
        sa.PrimaryKeyConstraint("key", name="pk_throttle"),
    )


def _keys() -> None:
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("jwk", JSONB(), nullable=False),
        sa.Column("sealed_private", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_signing_key"),
    )
    for state in ("active", "next"):
        op.create_index(
            f"uq_signing_key_one_{state}",
            "signing_key",
            ["state"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),  # two literals of this file
        )


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_account_id_at", "audit_entry", ["account_id", "at"])
    op.create_table(
        "erasure",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("erased_by", JSONB(), nullable=False),
        sa.Column("completed_at", MOMENT),
        sa.Column("alerted_at", MOMENT),
        sa.PrimaryKeyConstraint("account_id", name="pk_erasure"),
    )
    op.execute(
        """CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'DELETE' AND EXISTS (
            SELECT 1 FROM account WHERE id = OLD.account_id AND deleting_at IS NOT NULL
          ) THEN
            RETURN OLD;
          END IF;
          RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$"""
    )
    op.execute(
        "CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION keep_audit()"
    )


def downgrade() -> None:
    for table in (
        "erasure", "audit_entry", "signing_key", "throttle", "spent_budget", "revocation",
        "refresh_token", "session", "reset_token", "code", "account",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_audit()")
    drop_kernel_tables_v1(op)
