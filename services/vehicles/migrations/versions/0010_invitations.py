"""Invitations, handovers, what a giver keeps; who shares a car beside the car itself, and whose verified address is which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.alter_column("membership", "member_id", new_column_name="account_id")
    op.execute("ALTER INDEX ix_membership_member_id RENAME TO ix_membership_account_id")
    op.add_column(
        "vehicle", sa.Column("shared_with", JSONB, server_default=sa.text("'[]'"), nullable=False)
    )
    op.add_column("owner_zone", sa.Column("email_key", sa.Text))
    false = sa.text("false")
    op.add_column(
        "owner_zone", sa.Column("verified", sa.Boolean, server_default=false, nullable=False)
    )
    for name, default in (("first_name", ""), ("last_name", ""), ("language", "fr")):
        op.add_column(
            "owner_zone", sa.Column(name, sa.Text, server_default=default, nullable=False)
        )
    op.create_index("ix_owner_zone_email_key", "owner_zone", ["email_key"])
    # What was copied before says nothing of addresses: as version 0 it is behind, and asks auth again by itself.
    op.execute("UPDATE owner_zone SET version = 0")
    op.create_index("ix_known_document_document_id", "known_document", ["document_id"])
    op.create_table(
        "owner_plan",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("features", JSONB, nullable=False),
        sa.Column("limits", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_owner_plan"),
    )
    _offers("invitation", role=True)
    op.create_index(
        "uq_invitation_vehicle_id_email_key",
        "invitation",
        ["vehicle_id", "email_key"],
        unique=True,
        postgresql_where=OPEN,
    )
    _offers("handover", role=False)
    op.create_index(
        "uq_handover_vehicle_id", "handover", ["vehicle_id"], unique=True, postgresql_where=OPEN
    )
    op.create_table(
        "past_vehicle",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_past_vehicle"),
    )
    op.create_index("ix_past_vehicle_owner_id", "past_vehicle", ["owner_id"])


def _offers(table: str, *, role: bool) -> None:
    """Something a token opens once, for one address."""
    moment = sa.DateTime(timezone=True)
    theirs = [
        sa.Column("made_by", sa.Uuid),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("documents_visible", sa.Boolean, nullable=False),
        sa.Column("costs_visible", sa.Boolean, nullable=False),
        sa.Column("asked_at", moment, nullable=False),
    ]
    includes = [
        sa.Column("include_costs", sa.Boolean, nullable=False),
        sa.Column("include_documents", sa.Boolean, nullable=False),
    ]
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("email_key", sa.Text),
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("settled_at", moment),
        *(theirs if role else includes),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name=f"fk_{table}_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("token_digest", name=f"uq_{table}_token_digest"),
    )
    for column in ("owner_id", "vehicle_id", "email_key"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in ("owner_plan", "past_vehicle", "handover", "invitation"):
        op.drop_table(table)
    op.drop_index("ix_known_document_document_id", "known_document")
    op.drop_index("ix_owner_zone_email_key", "owner_zone")
    for name in ("language", "last_name", "first_name", "verified", "email_key"):
        op.drop_column("owner_zone", name)
    op.drop_column("vehicle", "shared_with")
    op.execute("ALTER INDEX ix_membership_account_id RENAME TO ix_membership_member_id")
    op.alter_column("membership", "account_id", new_column_name="member_id")
