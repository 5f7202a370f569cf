"""Contacts, inbox, deliveries and preferences.

Revision ID: 0001
Revises:
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrations import drop_kernel_tables_v1, kernel_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def moment(
    name: str, *, nullable: bool = True, default: sa.TextClause | None = None
) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=default)


def words(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable, server_default=default)


def number(name: str, *, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=default)


def values(name: str, *, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(
        name, JSONB, nullable=False, server_default=sa.text(default) if default else None
    )


def owner() -> sa.Column[Any]:
    return sa.Column("owner_id", sa.Uuid, nullable=False)


def upgrade() -> None:
    kernel_tables_v1(op)
    op.create_table(
        "contact",
        sa.Column("account_id", sa.Uuid, nullable=False),
        number("version"),
        words("email", nullable=True),
        words("first_name", default=""),
        words("language"),
        words("timezone"),
        sa.Column("verified", sa.Boolean, nullable=False, server_default=sa.false()),
        values("switches", default="'{}'"),
        number("subscription_version", default="0"),
        moment("bounced_at"),
        moment("erased_at"),
        moment("created_at", nullable=False, default=NOW),
        moment("updated_at", nullable=False, default=NOW),
        sa.PrimaryKeyConstraint("account_id", name="pk_contact"),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid, nullable=False),
        owner(),
        words("key"),
        words("kind"),
        words("title"),
        words("body"),
        words("path", nullable=True),
        values("about"),
        moment("read_at"),
        moment("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
        sa.UniqueConstraint("owner_id", "key", name="uq_notification_owner_id_key"),
    )
    op.create_index(
        "ix_notification_owner_id_created_at", "notification", ["owner_id", "created_at"]
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["owner_id"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid, nullable=False),
        owner(),
        words("key"),
        words("channel"),
        words("kind"),
        words("state"),
        words("address", nullable=True),
        words("language"),
        values("facts"),
        values("about"),
        words("secret", nullable=True),
        number("attempts", default="0"),
        moment("expires_at", nullable=False),
        moment("created_at", nullable=False),
        moment("finished_at"),
        words("last_error", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("owner_id", "key", "channel", name="uq_delivery_owner_id_key_channel"),
    )
    op.create_index("ix_delivery_owner_id_created_at", "delivery", ["owner_id", "created_at"])
    op.create_index(
        "ix_delivery_pending",
        "delivery",
        ["expires_at"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_delivery_created_at", "delivery", ["created_at"])
    op.create_table(
        "preferences",
        owner(),
        values("choices", default="'{}'"),
        words("quiet_start", nullable=True),
        words("quiet_end", nullable=True),
        moment("updated_at", nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name="pk_preferences"),
    )


def downgrade() -> None:
    for table in ("preferences", "delivery", "notification", "contact"):
        op.drop_table(table)
    drop_kernel_tables_v1(op)
