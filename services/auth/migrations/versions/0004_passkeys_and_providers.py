"""Passkeys, mailed codes as second factor, sign-in with OpenID Connect providers; an account may have no password."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SWITCHES = ("mail_codes", "passkey_required")


def upgrade() -> None:
    _accounts()
    _passkeys()
    _providers()


def _of_account(table: str, *, nullable: bool = False) -> sa.Column[UUID]:
    owner = sa.ForeignKey("account.id", name=f"fk_{table}_account_id_account", ondelete="CASCADE")
    return sa.Column("account_id", sa.Uuid(), owner, nullable=nullable, index=True)


def _accounts() -> None:
    op.alter_column("account", "password_hash", existing_type=sa.Text(), nullable=True)
    for name in SWITCHES:
        op.add_column(
            "account", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("challenge", sa.Column("network", sa.Text(), nullable=False, server_default=""))


def _passkeys() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_account("passkey"),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("transports", JSONB(), nullable=False),
        sa.Column("synced", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_table(
        "ceremony",
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_account("ceremony", nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_ceremony"),
        sa.UniqueConstraint("digest", name="uq_ceremony_digest"),
    )


def _providers() -> None:
    op.create_table(
        "provider_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_account("provider_identity"),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_provider_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_provider_identity_issuer_subject"),
    )
    op.create_table(
        "provider_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_account("provider_visit", nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("state_digest", sa.LargeBinary(), nullable=False),
        sa.Column("client_challenge", sa.Text(), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("returned_at", MOMENT),
        sa.Column("code_digest", sa.LargeBinary()),
        sa.Column("sealed_person", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_provider_visit"),
        sa.UniqueConstraint("state_digest", name="uq_provider_visit_state_digest"),
        sa.UniqueConstraint("code_digest", name="uq_provider_visit_code_digest"),
    )


def downgrade() -> None:
    """Accounts without a password keep none: an empty hash matches nothing."""
    for table in ("provider_visit", "provider_identity", "ceremony", "passkey"):
        op.drop_table(table)
    op.drop_column("challenge", "network")
    for name in SWITCHES:
        op.drop_column("account", name)
    op.execute("UPDATE account SET password_hash = '' WHERE password_hash IS NULL")
    op.alter_column("account", "password_hash", existing_type=sa.Text(), nullable=False)
