"""Whose a row is, is compared in one place: a repository's `is_seen`, and where roles differ its `is_allowed` or the ways that is made of.

Nothing else spells a filter by owner. Where things are shared among people a second place would be a hole, or a wall in the wrong
place. What belongs to an owner whoever sees it (quotas, erasure) asks `is_owned` of `shared/db/repository.py`; a service's
`storage/belongings.py` says the same to the kernel's export and erasure.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWNERS = frozenset({"owner_id", "account_id", "user_id"})
ROOMS = ("api", "usecases", "storage")
DOORS = frozenset({"is_seen", "is_changed", "is_allowed", "_ways_anywhere"})
COMPARING = frozenset({"in_", "is_not_distinct_from", "is_distinct_from"})


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
        if id(node) in allowed:
            continue
        if isinstance(node, ast.Compare | ast.Call) and _is_filter(node):
            yield node.lineno


def _is_filter(node: ast.Compare | ast.Call) -> bool:
    return _is_compared(node) if isinstance(node, ast.Compare) else _is_called(node)


def _is_compared(node: ast.Compare) -> bool:
    """One side is a column of an owner and the other is no column: that would join tables."""
    if not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
        return False  # the order of pages
    sides = [node.left, *node.comparators]
    return any(_is_owners(side) for side in sides) and not all(_is_column(side) for side in sides)


def _is_called(node: ast.Call) -> bool:
    """`Vehicle.owner_id.in_(…)`, `.filter_by(owner_id=…)`."""
    if not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr == "filter_by":
        return any(word.arg in OWNERS for word in node.keywords)
    return node.func.attr in COMPARING and _is_owners(node.func.value)


def _is_owners(side: ast.expr) -> bool:
    return isinstance(side, ast.Attribute) and side.attr in OWNERS and _is_column(side)


def _is_column(side: ast.expr) -> bool:
    """`Vehicle.owner_id`, `model.owner_id`, `table.c.owner_id`; not `vehicle.owner_id`, which is a value of a row at hand."""
    if not isinstance(side, ast.Attribute):
        return False
    if isinstance(side.value, ast.Name):
        return side.value.id[:1].isupper() or side.value.id == "model"
    return isinstance(side.value, ast.Attribute) and side.value.attr in {"c", "model"}


def files() -> list[Path]:
    return [
        path
        for service in sorted((ROOT / "services").iterdir())
        for room in ROOMS
        for path in sorted((service / room).rglob("*.py"))
        if path.name != "belongings.py"
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_filter_by_owner_is_spelt_inline(path: Path) -> None:
    assert list(inline_filters(path.read_text())) == []


def test_every_service_is_looked_at() -> None:
    services = {path.relative_to(ROOT).parts[1] for path in files()}
    assert services == {"auth", "vehicles", "documents", "billing", "notifications", "ai"}


@pytest.mark.parametrize(
    "spelt",
    [
        "A.owner_id == o",
        "o != A.user_id",
        "model.account_id == o",
        "table.c.owner_id == o",
        "A.owner_id.in_([o])",
        "A.account_id.is_not_distinct_from(o)",
        "select(A).filter_by(owner_id=o)",
    ],
)
def test_it_sees_one(spelt: str) -> None:
    source = f"def f(self, o):\n    return {spelt}\n"
    assert list(inline_filters(source)) == [2]
    assert list(inline_filters(source.replace("def f", "def is_seen"))) == []


@pytest.mark.parametrize(
    "spelt", ["a.owner_id == b.owner_id", "A.id == B.account_id", "A.owner_id > o"]
)
def test_values_joins_and_order_are_no_filters(spelt: str) -> None:
    assert list(inline_filters(spelt)) == []
