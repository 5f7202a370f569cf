"""Whoever asks what changed hears of clusters, of what is said about plans, and of how each reminder stands, a plan's too."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WATCHED = {"odometer_segment": "segment", "plan_entry": "completion"}
# an occurrence is told by the id of its plan or reminder, and is never deleted before its car: it leaves no tombstone
OF_OCCURRENCES = (
    """CREATE TRIGGER note_insert BEFORE INSERT ON occurrence
       FOR EACH ROW EXECUTE FUNCTION note_change()""",
    """CREATE TRIGGER note_update BEFORE UPDATE ON occurrence FOR EACH ROW
       WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change()""",
)


def upgrade() -> None:
    for table, kind in WATCHED.items():
        op.execute(f"SELECT watch_changes('{table}', '{kind}')")
    op.add_column(
        "occurrence", sa.Column("changed_in", sa.BigInteger, server_default="0", nullable=False)
    )
    op.create_index(
        "ix_occurrence_vehicle_id_changed_in", "occurrence", ["vehicle_id", "changed_in"]
    )
    for statement in OF_OCCURRENCES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER note_insert ON occurrence")
    op.execute("DROP TRIGGER note_update ON occurrence")
    op.drop_index("ix_occurrence_vehicle_id_changed_in", "occurrence")
    op.drop_column("occurrence", "changed_in")
    for table in WATCHED:
        op.execute(f"SELECT unwatch_changes('{table}')")
