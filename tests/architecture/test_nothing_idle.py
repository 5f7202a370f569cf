"""What lies in an image is what its programs run: a build step in a running service is loaded and kept up for nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import tree_of

ROOT = Path(__file__).parents[2]
OTHER_PROGRAMS = {
    "services.documents.clients.reading": "the child program that opens files",
    "shared.bus.dead_letters": "`make dead-letters`",
    "shared.db.migrations": "alembic's environments",
}
FOR_TESTS = "shared.testing"


def modules() -> dict[str, Path]:
    found = {}
    for top in ("services", "gateway", "shared"):
        for path in sorted((ROOT / top).rglob("*.py")):
            inside = path.relative_to(ROOT)
            if not {"tests", "migrations"} & set(inside.parts):
                found[".".join(inside.with_suffix("").parts).removesuffix(".__init__")] = path
    return found


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached(known: dict[str, Path], starts: set[str]) -> set[str]:
    """The modules that are loaded when these are, with the packages they lie in."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting += [*imported(known[name]), name.rpartition(".")[0]]
    return found


def test_every_module_is_run_by_a_program() -> None:
    known = modules()
    mains = {name for name in known if name.endswith(".main")}
    assert len(mains) == 7
    idle = known.keys() - reached(known, mains | OTHER_PROGRAMS.keys())
    idle = {name for name in idle if not name.startswith(FOR_TESTS)}
    assert not idle, f"no program runs {sorted(idle)}: build steps belong in deploy/"


def test_a_program_named_here_is_one_no_main_runs() -> None:
    known = modules()
    mains = {name for name in known if name.endswith(".main")}
    assert not OTHER_PROGRAMS.keys() & reached(known, mains)
