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


def _of_account() -> sa.Column[UUID]:
    return sa.Column(
        "account_id",
        sa.Uuid(),
        sa.ForeignKey("account.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    )


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False, unique=True),
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
    )


def _codes() -> None:
    op.create_table(
        "code",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _of_account(),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("candidate", JSONB()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("used_at", MOMENT),
    )
    op.create_table(
        "reset_token",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _of_account(),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("used_at", MOMENT),
    )


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _of_account(),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_because", sa.Text()),
    )
    op.create_table(
        "refresh_token",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "session_id",
            sa.Uuid(),
            sa.ForeignKey("session.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("parent_id", sa.Uuid(), index=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT),
    )
    op.create_table(
        "revocation",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("until", MOMENT, nullable=False, index=True),
        sa.Column(
            "recorded_at",
            MOMENT,
            nullable=False,
            server_default=sa.func.clock_timestamp(),
            index=True,
        ),
    )


def _limits() -> None:
    op.create_table(
        "spent_budget",
        sa.Column("key", sa.LargeBinary(), primary_key=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False, index=True),
        sa.Column("used", sa.Integer(), nullable=False),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.LargeBinary(), primary_key=True),
        sa.Column("full_at", MOMENT, nullable=False, index=True),
    )


def _keys() -> None:
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.Text(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("jwk", JSONB(), nullable=False),
        sa.Column("sealed_private", sa.LargeBinary(), nullable=False),
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
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
    )
    op.create_index("ix_audit_entry_account_id_at", "audit_entry", ["account_id", "at"])
    op.create_table(
        "erasure",
        sa.Column("account_id", sa.Uuid(), primary_key=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("erased_by", JSONB(), nullable=False),
        sa.Column("completed_at", MOMENT),
        sa.Column("alerted_at", MOMENT),
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
