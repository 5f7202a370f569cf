"""Documents that are gone are known to be gone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "known_documents",
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column(
        "known_documents",
        sa.Column("deleted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )


def downgrade() -> None:
    op.execute("DELETE FROM known_documents WHERE deleted")
    op.drop_column("known_documents", "deleted")
    op.drop_column("known_documents", "version")
