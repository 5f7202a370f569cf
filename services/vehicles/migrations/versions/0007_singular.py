"""Tables are called in the singular, as in all services, and so are their indexes and constraints. No row is touched."""

from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SINGULAR = {
    "vehicles": "vehicle",
    "odometer_readings": "odometer_reading",
    "brands": "brand",
    "car_models": "car_model",
    "maintenance_records": "maintenance_record",
    "maintenance_plans": "maintenance_plan",
    "maintenance_drafts": "maintenance_draft",
    "reminders": "reminder",
    "reminder_occurrences": "reminder_occurrence",
    "calendar_tokens": "calendar_token",
    "known_documents": "known_document",
    "owner_zones": "owner_zone",
}
CONSTRAINTS = text(
    """
    SELECT conname, confrelid::regclass::text FROM pg_constraint
    WHERE conrelid = to_regclass(:name) AND contype IN ('p', 'u', 'f', 'c')
    """
)
INDEXES = text(
    """
    SELECT indexrelid::regclass::text FROM pg_index
    WHERE indrelid = to_regclass(:name)
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
    """
)


def upgrade() -> None:
    _rename(SINGULAR)


def downgrade() -> None:
    _rename({new: old for old, new in SINGULAR.items()})


def _rename(names: dict[str, str]) -> None:
    """Quick, and for a moment alone with each table."""
    ask = op.get_bind().execute
    for old, new in names.items():
        kept = list(ask(CONSTRAINTS, {"name": old}))
        for name, referred in kept:
            renamed = _named(name, old, new)
            if referred in names.keys() | set(names.values()):
                ends = referred if referred in names else _before(referred, names)
                renamed = renamed.removesuffix(ends) + names[ends]
            op.execute(f'ALTER TABLE {old} RENAME CONSTRAINT "{name}" TO "{renamed}"')
        for (name,) in list(ask(INDEXES, {"name": old})):
            op.execute(f'ALTER INDEX "{name}" RENAME TO "{_named(name, old, new)}"')
        op.rename_table(old, new)


def _named(name: str, old: str, new: str) -> str:
    """`pk_vehicles` → `pk_vehicle`: behind the kind stands the table."""
    kind, _, rest = name.partition("_")
    return f"{kind}_{new}{rest.removeprefix(old)}"


def _before(renamed: str, names: dict[str, str]) -> str:
    return next(old for old, new in names.items() if new == renamed)
