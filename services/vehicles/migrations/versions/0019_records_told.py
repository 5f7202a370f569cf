"""Whoever asks what changed hears that a record is in the trash: it is gone. Taken out again, it is a later change."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TRIGGER note_trashed AFTER UPDATE OF trashed_at ON maintenance_record FOR EACH ROW
           WHEN (OLD.trashed_at IS NULL AND NEW.trashed_at IS NOT NULL)
           EXECUTE FUNCTION note_loss('maintenance')"""
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER note_trashed ON maintenance_record")
