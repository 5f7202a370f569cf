"""Personal API keys; sessions in which an administrator acts in somebody's name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "account_id",
            sa.Uuid(),
            sa.ForeignKey("account.id", name="fk_api_key_account_id_account", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("scopes", JSONB(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("fingerprint", name="uq_api_key_fingerprint"),
    )
    op.add_column("session", sa.Column("actor_id", sa.Uuid()))
    op.add_column("session", sa.Column("acted_because", sa.Text()))
    op.create_index("ix_session_actor_id", "session", ["actor_id"])


def downgrade() -> None:
    op.drop_index("ix_session_actor_id", "session")
    op.drop_column("session", "acted_because")
    op.drop_column("session", "actor_id")
    op.drop_table("api_key")
