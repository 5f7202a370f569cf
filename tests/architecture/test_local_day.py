"""A moment becomes a day in one place, where somebody has said whose day it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import tree_of

ROOT = Path(__file__).parents[2]

HOME = "shared/local_day.py"
HARMLESS = {
    "services/documents/clients/einvoice.py": "a day as printed: it was never a moment",
    "services/vehicles/domain/moving/days.py": "a day as a file of another program tells it, in the zone its owner named",
    "services/vehicles/domain/moving/simplyauto.py": "the same, from milliseconds",
    "services/notifications/clients/renderer.py": "a moment that is already on the reader's clock",
}
"""`.date()` of what is no clock's time."""


def days_made(tree: ast.Module) -> Iterator[int]:
    """Lines where `x.date()` or `date.today()` stands."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        is_date = node.func.attr == "date" and not node.args
        if is_date or node.func.attr in {"today", "utcnow"}:
            yield node.lineno


def production() -> Iterator[Path]:
    for part in ("services", "gateway", "shared"):
        for path in sorted((ROOT / part).rglob("*.py")):
            if not {"tests", "testing", "migrations"} & set(path.parts):
                yield path


def test_a_day_is_somebodys() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in production()
        if (lines := list(days_made(tree_of(path))))
    }
    found.pop(HOME)
    wrong = {path: lines for path, lines in found.items() if path not in HARMLESS}
    assert not wrong, (
        "whose day? use work.today (the caller's, or of whom stand_in() said), or shared/local_day.py:"
        f" {wrong}"
    )
    assert HARMLESS.keys() <= found.keys(), "no longer needed"


def test_the_lint_sees() -> None:
    tree = ast.parse("today = work.now.date()\nd = date.today()\nfine = record.date")
    assert list(days_made(tree)) == [1, 2]
