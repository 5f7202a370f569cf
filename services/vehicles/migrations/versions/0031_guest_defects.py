"""What a guest reports is marked as theirs, as what they write down is."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    op.add_column("diagnostic", sa.Column("guest", sa.Text, nullable=True))


def downgrade() -> None:
    op.drop_column("diagnostic", "guest")
