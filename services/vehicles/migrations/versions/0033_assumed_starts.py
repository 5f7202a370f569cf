"""From when a plan counts of which nobody said when it was done last: kept, so that a day of purchase taken back leaves nothing behind."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KNOWN = """
UPDATE maintenance_plan AS plan
SET assumed_on = CASE
    WHEN car.purchased_on IS NULL AND car.first_registered_on IS NULL THEN plan.start_on
    ELSE (plan.created_at AT TIME ZONE 'UTC')::date
END
FROM vehicle AS car WHERE car.id = plan.vehicle_id AND plan.start_is_assumed
"""
"""Of a car with such a day the start is that day, and the day of asking was forgotten: the plan's own is the nearest that is known."""


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    op.add_column("maintenance_plan", sa.Column("assumed_on", sa.Date(), nullable=True))
    op.execute(KNOWN)


def downgrade() -> None:
    op.drop_column("maintenance_plan", "assumed_on")
