"""A statement that changes a limited choice of rows chooses them once: `shared/db/chosen.py` says why."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def limited(source: str) -> Iterator[int]:
    """Lines of `.in_(…)` whose rows are limited, here or where their name is given, and are not `chosen_once`."""
    for scope in ast.walk(ast.parse(source)):
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given = {
            target.id: node.value
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and _name(node) == "in_" and node.args:
                rows = node.args[0]
                rows = given.get(rows.id, rows) if isinstance(rows, ast.Name) else rows
                calls = {_name(each) for each in ast.walk(rows) if isinstance(each, ast.Call)}
                if "limit" in calls and "chosen_once" not in calls:
                    yield node.lineno


def _name(call: ast.Call) -> str:
    called = call.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_a_limited_choice_is_made_once() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for top in ("shared", "services", "gateway")
        for path in sorted((ROOT / top).rglob("*.py"))
        if "tests" not in path.parts
        for line in limited(path.read_text("utf-8"))
    ]
    assert found == []


def test_the_lint_sees_what_was_wrong() -> None:
    wrong = "def take():\n    due = select(job.c.id).limit(1)\n    return update(job).where(job.c.id.in_(due))\n"
    assert list(limited(wrong)) == [3]
    assert list(limited(wrong.replace("in_(due)", "in_(chosen_once(due))"))) == []
