"""What the law asks of a vehicle: what it is taken for, what was done and when the next is due; and the recalls of its maker."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _described() -> None:
    op.add_column("vehicle", sa.Column("category", sa.Text))
    op.add_column("vehicle", sa.Column("euro_norm", sa.Text))
    op.add_column("vehicle", sa.Column("electric_range_metres", sa.BigInteger))
    op.add_column(
        "vehicle",
        sa.Column("historic", sa.Boolean, server_default=sa.text("false"), nullable=False),
    )
    op.add_column("reminder", sa.Column("rule", sa.Text))
    op.create_index(
        "uq_reminder_vehicle_id_rule",
        "reminder",
        ["vehicle_id", "rule"],
        unique=True,
        postgresql_where=sa.text("rule IS NOT NULL"),
    )


def _done() -> None:
    op.create_table(
        "obligation_done",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("made_by", sa.Uuid),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("done_on", sa.Date),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("next_on", sa.Date),
        sa.Column("auto_renews", sa.Boolean),
        sa.Column("note", sa.Text),
        sa.Column("document_id", sa.Uuid),
        sa.Column("is_read", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("trashed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_obligation_done"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name="fk_obligation_done_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_obligation_done_owner_id", "obligation_done", ["owner_id"])
    op.create_index(
        "ix_obligation_done_vehicle_id_done_on",
        "obligation_done",
        ["vehicle_id", "done_on", "id"],
    )
    op.create_index(
        "ix_obligation_done_document_id",
        "obligation_done",
        ["document_id"],
        postgresql_where=sa.text("document_id IS NOT NULL"),
    )
    op.create_index(
        "ix_obligation_done_trashed",
        "obligation_done",
        ["trashed_at"],
        postgresql_where=sa.text("trashed_at IS NOT NULL"),
    )
    op.execute("SELECT watch_changes('obligation_done', 'obligation')")


def _recalls() -> None:
    op.create_table(
        "recall_campaign",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("makes", JSONB, nullable=False),
        sa.Column("make_keys", JSONB, nullable=False),
        sa.Column("models", JSONB, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("risk", sa.Text),
        sa.Column("remedy", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("published_on", sa.Date),
        sa.Column("built_from", sa.Date),
        sa.Column("built_to", sa.Date),
        sa.Column("vins", JSONB, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recall_campaign"),
        sa.UniqueConstraint("source", "number", name="uq_recall_campaign_source_number"),
    )
    op.create_index(
        "ix_recall_campaign_make_keys", "recall_campaign", ["make_keys"], postgresql_using="gin"
    )
    op.create_table(
        "recall_feed",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.Column("tried_at", MOMENT, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("campaigns", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_recall_feed"),
    )
    op.create_table(
        "recall_match",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("certainty", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recall_match"),
        sa.UniqueConstraint(
            "vehicle_id", "campaign_id", name="uq_recall_match_vehicle_id_campaign_id"
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name="fk_recall_match_vehicle_id_vehicle",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["recall_campaign.id"],
            name="fk_recall_match_campaign_id_recall_campaign",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_recall_match_owner_id", "recall_match", ["owner_id"])
    op.create_index("ix_recall_match_campaign_id", "recall_match", ["campaign_id"])
    op.create_index(
        "ix_recall_match_vehicle_id_created_at",
        "recall_match",
        ["vehicle_id", "created_at", "id"],
    )


def upgrade() -> None:
    _described()
    _done()
    _recalls()


def downgrade() -> None:
    for table in ("recall_match", "recall_feed", "recall_campaign", "obligation_done"):
        op.drop_table(table)
    op.drop_index("uq_reminder_vehicle_id_rule", "reminder")
    op.drop_column("reminder", "rule")
    for column in ("historic", "electric_range_metres", "euro_norm", "category"):
        op.drop_column("vehicle", column)
