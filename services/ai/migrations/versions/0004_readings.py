"""Where a car stands comes with the car: a reading heard by itself was never taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM car_copy WHERE version = 0")
    op.drop_column("car_copy", "reading_on")
    op.drop_column("car_copy", "reading_m")


def downgrade() -> None:
    op.add_column("car_copy", sa.Column("reading_m", sa.BigInteger()))
    op.add_column("car_copy", sa.Column("reading_on", sa.Date()))
