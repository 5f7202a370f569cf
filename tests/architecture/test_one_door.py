"""Whose a row is, is compared in one place: a repository's `is_seen`. Nothing else spells a filter by owner.

Where things are shared among people a second place would be a hole, or a wall in the wrong place.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWNERS = frozenset({"owner_id", "account_id", "user_id"})
ROOMS = ("api", "usecases", "storage")
DOORS = frozenset({"is_seen", "is_changed"})
STILL_TO_GO = frozenset({"auth", "billing", "documents"})


def inline_filters(source: str) -> Iterator[int]:
    """Lines that compare a column of an owner, outside of the doors."""
    tree = ast.parse(source)
    allowed = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name in DOORS
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or id(node) in allowed:
            continue
        if not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            continue  # the order of pages
        sides = [node.left, *node.comparators]
        columns = [
            side for side in sides if isinstance(side, ast.Attribute) and side.attr in OWNERS
        ]
        if len([side for side in columns if _is_column(side)]) == 1:  # two make a join
            yield node.lineno


def _is_column(side: ast.Attribute) -> bool:
    """`Vehicle.owner_id`, `table.c.owner_id`; not `vehicle.owner_id`, which is a value of a row at hand."""
    if isinstance(side.value, ast.Name):
        return side.value.id[:1].isupper()
    return isinstance(side.value, ast.Attribute) and side.value.attr == "c"


def files() -> list[Path]:
    return [
        path
        for service in sorted((ROOT / "services").iterdir())
        if service.name not in STILL_TO_GO
        for room in ROOMS
        for path in sorted((service / room).rglob("*.py"))
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_filter_by_owner_is_spelt_inline(path: Path) -> None:
    assert list(inline_filters(path.read_text())) == []


def test_it_sees_one() -> None:
    source = "def f(self, o):\n    return select(A).where(A.owner_id == o)\n"
    assert list(inline_filters(source)) == [2]
    assert list(inline_filters(source.replace("def f", "def is_seen"))) == []
    assert list(inline_filters("a.owner_id == b.owner_id")) == []
