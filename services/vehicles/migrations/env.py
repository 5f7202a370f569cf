from services.vehicles.storage import belongings  # noqa: F401 - every table
from services.vehicles.storage.base import Base
from shared.db.migrations import run_migrations

run_migrations(Base.metadata)
