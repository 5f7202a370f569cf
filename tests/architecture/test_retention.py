"""Of every table it is said how long its rows are kept, in the code and on the operators' page."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from shared.db.base import kernel
from shared.db.retention import KERNEL, Retention

ROOT = Path(__file__).parents[2]
SERVICES = ("auth", "vehicles", "billing", "documents", "ai", "notifications")
FOR_EVER = {"person"}


def retention(service: str) -> Retention:
    found: Retention = importlib.import_module(f"services.{service}.storage.retention").RETENTION
    return found


def tables(service: str) -> set[str]:
    declared: Any = importlib.import_module(f"services.{service}.storage.belongings").BELONGINGS
    return set(declared.theirs[0].table.metadata.tables)


@pytest.mark.parametrize("service", SERVICES)
def test_it_is_said_once_of_every_table(service: str) -> None:
    said = retention(service)
    goes = [one.name for one in said.goes]
    stays = [model.__tablename__ for model in said.stays]
    assert sorted([*goes, *stays]) == sorted(tables(service))


def test_and_of_the_kernels() -> None:
    assert {one.name for one in KERNEL.goes} | FOR_EVER == set(kernel.tables)


def test_the_operators_page_says_the_same() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    for said in (KERNEL, *map(retention, SERVICES)):
        for one in said.goes:
            assert f"| `{one.name}` | {one.after.days} days |" in page
