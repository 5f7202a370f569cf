"""A year's trips as pages: of which year, by whose scale and fiscal power they were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ASKED = (("year", sa.Integer()), ("country", sa.Text()), ("fiscal_power", sa.Integer()))


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    for name, kind in ASKED:
        op.add_column("car_export", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    for name, _ in ASKED:
        op.drop_column("car_export", name)
