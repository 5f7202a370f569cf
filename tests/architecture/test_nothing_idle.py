"""What lies in an image is what its programs run: a build step in a running service is loaded and kept up for nothing, and so is
a function that nobody calls.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import tree_of

ROOT = Path(__file__).parents[2]
OTHER_PROGRAMS = {
    "services.vehicles.jobs.exchange_rates": "`make exchange-rates`",
    "services.vehicles.clients.printing": "the child program that prints",
    "services.documents.clients.reading": "the child program that opens files",
    "shared.bus.dead_letters": "`make dead-letters`",
    "shared.db.migrations": "alembic's environments",
}
FOR_TESTS = "shared.testing"
CALLED_BY_LIBRARIES = frozenset(
    {
        "data_received",
        "pause_writing",
        "resume_writing",
        "on_message_begin",
        "on_header",
        "on_headers_complete",
        "handle_exit",
    }
)
"""By asyncio, httptools and uvicorn, on the classes that are theirs to call."""


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


def defined_in(path: Path) -> Iterator[str]:
    """Functions, classes, methods and constants; what is decorated is called by whoever gave the decorator."""
    for node in tree_of(path).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = (name for target in targets for name in ast.walk(target))
            named = (name.id for name in found if isinstance(name, ast.Name))
            yield from (name for name in named if not name.startswith("__"))
        for one in [node, *(node.body if isinstance(node, ast.ClassDef) else ())]:
            is_named = isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if is_named and not _is_called_by_decorator(one) and not one.name.startswith("__"):
                yield one.name


def _is_called_by_decorator(one: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    plain = {"property", "staticmethod", "classmethod", "dataclass", "cache", "contextmanager"}
    return any(
        not {part.id for part in ast.walk(given) if isinstance(part, ast.Name)} & plain
        for given in one.decorator_list
    )


def spoken_in(paths: list[Path]) -> set[str]:
    """Each name that is read, imported, asked of something, given as keyword or written out as a string."""
    spoken = set()
    for path in paths:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                spoken.add(node.id)
            elif isinstance(node, ast.Attribute):
                spoken.add(node.attr)
            elif isinstance(node, ast.alias):
                spoken.add(node.name.rpartition(".")[2])
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                spoken.add(node.value)
    return spoken


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


class TestEveryNameIsSpoken:
    """A function, a class or a constant that nothing but tests names is kept up for nothing."""

    def test_every_name_is_spoken(self) -> None:
        sources = [*modules().values(), *sorted((ROOT / "deploy").rglob("*.py"))]
        migrations = sorted((ROOT / "services").glob("*/migrations/**/*.py"))
        spoken = spoken_in([*sources, *migrations, *sorted((ROOT / "bench").rglob("*.py"))])
        templates = [
            *sorted((ROOT / "gateway" / "templates").rglob("*.html")),
            *sorted((ROOT / "services").glob("*/templates/*.html")),
        ]
        spoken |= {word for path in templates for word in re.findall(r"\w+", path.read_text())}
        idle = {
            f"{name} in {module}"
            for module, path in modules().items()
            if not module.startswith(FOR_TESTS)
            for name in defined_in(path)
            if name not in spoken | CALLED_BY_LIBRARIES
        }
        assert not idle, sorted(idle)

    def test_who_is_called_by_a_library_is_called_by_nobody_else(self) -> None:
        defined = {name for path in modules().values() for name in defined_in(path)}
        assert defined >= CALLED_BY_LIBRARIES

    def test_it_sees_one(self, tmp_path: Path) -> None:
        source = "def told(): pass\ndef silent(): told()\nLOUD, MUTE = 1, 2\nprint(LOUD)\n"
        (path := tmp_path / "one.py").write_text(source)
        assert set(defined_in(path)) - spoken_in([path]) == {"silent", "MUTE"}
