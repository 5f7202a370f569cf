"""The catalogue's seed: European makes and models (our own list, see domain/data/README.md)."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from shared.ids import new_id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEED = Path(__file__).parents[2] / "domain" / "data" / "makes_models_eu.csv"
BRANDS = sa.table("brands", sa.column("id", sa.Uuid()), sa.column("name", sa.Text()))
MODELS = sa.table(
    "car_models",
    sa.column("id", sa.Uuid()),
    sa.column("brand_id", sa.Uuid()),
    sa.column("name", sa.Text()),
)


def upgrade() -> None:
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = sorted({(row["make"], row["model"]) for row in csv.DictReader(file)})
    brands = {make: new_id() for make, _ in rows}
    op.bulk_insert(BRANDS, [{"id": id_, "name": make} for make, id_ in brands.items()])
    op.bulk_insert(
        MODELS, [{"id": new_id(), "brand_id": brands[make], "name": model} for make, model in rows]
    )


def downgrade() -> None:
    op.execute(MODELS.delete())
    op.execute(BRANDS.delete())
