"""docs/acceptance.md names tests that exist, and every check of sections A to C."""

import ast
import re
from pathlib import Path

from tests.architecture.source import tree_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "acceptance.md").read_text()
NAMED = re.compile(r"`([a-z_/]+/test_[a-z_]+\.py)::(test_\w+)`")
LINE = re.compile(r"^\| (\d+) \|(.*)\|$", re.MULTILINE)
CHECKS = {
    *(1, 2, 3, 4, 7, 8, 11, 12, 13, 14, 16, 17, 18, 20, 21, 22, 23, 24, 26),
    *(28, 29, 31, 32, 33, 34, 36, 37, 38),
    *(41, 43, 45, 46, 47, 49, 50, 51, 52, 53, 54, 55, 56, 57),
}


def _tests_of(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_each_check_has_its_line() -> None:
    assert sorted(int(number) for number, _ in LINE.findall(PAGE)) == sorted(CHECKS)


def test_each_line_names_a_test_or_says_why_not() -> None:
    silent = [
        number
        for number, rest in LINE.findall(PAGE)
        if not NAMED.search(rest) and not rest.rpartition("|")[2].strip()
    ]
    assert silent == []


def test_each_named_test_exists() -> None:
    missing = [
        f"{path}::{name}"
        for path, name in NAMED.findall(PAGE)
        if not (ROOT / path).is_file() or name not in _tests_of(ROOT / path)
    ]
    assert missing == []
