"""What the law asks of a vehicle: what it is taken for, what was done and when the next is due; and the recalls of its maker."""

import sqlalchemy as sa
from alembic import op

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


def upgrade() -> None:
    _described()
    _done()


def downgrade() -> None:
    op.drop_table("obligation_done")
    op.drop_index("uq_reminder_vehicle_id_rule", "reminder")
    op.drop_column("reminder", "rule")
    for column in ("historic", "electric_range_metres", "euro_norm", "category"):
        op.drop_column("vehicle", column)
