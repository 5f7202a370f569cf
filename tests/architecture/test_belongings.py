"""Nothing a service keeps about people is forgotten by their export or their erasure."""

import importlib
from typing import Any

import pytest

from shared.db.belongings import End

SERVICES = ("auth", "vehicles", "billing", "documents", "ai", "notifications")
OWNERS = frozenset({"owner_id", "user_id", "account_id", "customer_id", "person_id"})


def tables(service: str) -> dict[str, Any]:
    return dict(declared(service).theirs[0].table.metadata.tables)


def declared(service: str) -> Any:
    return importlib.import_module(f"services.{service}.storage.belongings").BELONGINGS


def undeclared(every: dict[str, Any], belongings: Any) -> list[str]:
    theirs = {one.name for one in belongings.theirs}
    nobodys = {model.__tablename__ for model in belongings.nobodys}
    wrong = [f"{name}: neither somebody's nor nobody's" for name in set(every) - theirs - nobodys]
    wrong += [f"{name}: both somebody's and nobody's" for name in theirs & nobodys]
    wrong += [
        f"{name}: has a column {column.name}, so it is somebody's"
        for name in nobodys
        for column in every[name].columns
        if column.name in OWNERS
    ]
    return wrong


@pytest.mark.parametrize("service", SERVICES)
class TestBelongings:
    def test_every_table_is_declared_as_somebodys_or_nobodys(self, service: str) -> None:
        assert not undeclared(tables(service), declared(service))

    def test_what_goes_with_its_parent_does_so_in_the_database(self, service: str) -> None:
        for one in declared(service).theirs:
            if one.end is End.CASCADES:
                keys = [key.ondelete for key in one.table.foreign_keys]
                assert "CASCADE" in keys, f"{one.name} would stay behind"

    def test_what_is_kept_says_why(self, service: str) -> None:
        belongings = declared(service)
        kept = [one for one in belongings.theirs if one.end is End.KEPT]
        reasons = [one.because for one in kept if not one.table.foreign_keys]
        assert all(reasons)
        assert all(belongings.nobodys.values())

    def test_a_column_left_out_of_the_export_exists(self, service: str) -> None:
        for one in declared(service).theirs:
            assert one.secret <= set(one.table.columns.keys()), one.name


def test_the_judge_refuses_a_new_table_with_an_owner() -> None:
    every, belongings = tables("vehicles"), declared("vehicles")
    every["journey"] = every["vehicle"]
    assert undeclared(every, belongings) == ["journey: neither somebody's nor nobody's"]
