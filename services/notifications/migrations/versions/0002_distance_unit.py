"""The unit in which a person reads distances."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unit = sa.Column("distance_unit", sa.Text(), nullable=False, server_default="km")
    op.add_column("contact", unit)


def downgrade() -> None:
    op.drop_column("contact", "distance_unit")
