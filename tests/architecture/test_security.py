"""docs/security.md names, for each promise, tests that exist."""

import ast
import re
from pathlib import Path

from tests.architecture.source import tree_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`([a-z_/]+/test_[a-z_]+\.py)::([A-Za-z_0-9]+)`")
PROMISES = PAGE.partition("## What is promised")[2]


def _names_in(path: Path) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(tree_of(path)) if isinstance(node, kinds)}


def test_every_promise_names_a_test() -> None:
    rows = [line for line in PROMISES.splitlines() if line.startswith("| ")]
    promises = [line for line in rows if not line.startswith("| promise ")]
    assert len(promises) > 20
    assert [line for line in promises if not NAMED.search(line)] == []


def test_every_test_that_is_named_exists() -> None:
    missing = [
        f"{path}::{name}"
        for path, name in NAMED.findall(PAGE)
        if not (ROOT / path).is_file() or name not in _names_in(ROOT / path)
    ]
    assert missing == []
