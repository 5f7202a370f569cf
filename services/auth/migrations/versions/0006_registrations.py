"""Each attempt to register is a row of its own, with its own secrets and its own code.

Passwords of accounts whose address nobody has proven are forgotten: whoever registers again chooses one, or asks for a reset.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("networks", JSONB(), nullable=False),
        sa.Column("mark", sa.Text()),
        sa.Column("password_hash", sa.Text()),
        sa.Column("profile", JSONB(), nullable=False),
        sa.Column("identity", JSONB()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name="fk_registration_account_id_account",
            ondelete="CASCADE",
        ),
    )
    op.drop_column("code", "candidate")
    op.add_column("code", sa.Column("registration_id", sa.Uuid()))
    op.create_index("ix_code_registration_id", "code", ["registration_id"])
    op.create_foreign_key(
        "fk_code_registration_id_registration",
        "code",
        "registration",
        ["registration_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.execute("UPDATE account SET password_hash = NULL WHERE verified_at IS NULL")
    op.execute(
        "UPDATE code SET used_at = created_at WHERE purpose = 'verify_email' AND used_at IS NULL"
    )

    _renew_keys()


def _renew_keys() -> None:
    """The old rule folded distinct addresses together; the new one is finer, so no two keys meet. Frozen here as it is today."""
    bind = op.get_bind()
    wide = sa.text("SELECT id, email FROM account WHERE email ~ '[^[:ascii:]]'")
    for account_id, email in bind.execute(wide).all():
        plain = unicodedata.normalize("NFC", email.strip())
        key = "".join(char.lower() if char.lower().upper() == char else char for char in plain)
        bind.execute(
            sa.text("UPDATE account SET email_key = :key WHERE id = :id"),
            {"key": key, "id": account_id},
        )


def downgrade() -> None:
    """Codes under way complete nothing there: without their registration they would open an account without a password."""
    op.execute(
        "UPDATE code SET used_at = created_at WHERE purpose = 'verify_email' AND used_at IS NULL"
    )
    op.drop_constraint("fk_code_registration_id_registration", "code", type_="foreignkey")
    op.drop_index("ix_code_registration_id", "code")
    op.drop_column("code", "registration_id")
    op.add_column("code", sa.Column("candidate", JSONB()))
    op.drop_table("registration")
