"""The rules no linter knows, each with its reason in the failure message."""

import ast
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from tests.architecture.source import tree_of

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
CALLS = {
    # dotted ending of the call: (folder where it is allowed, why)
    "session.commit": ("shared/db", "one request or message is one transaction; the edge commits"),
    "session.rollback": ("shared/db", "the edge rolls back"),
    "broker.publish": ("shared/bus", "events leave through work.emit() and the outbox"),
    "exchange.publish": ("shared/bus", "events leave through work.emit() and the outbox"),
    "parse_qs": ("gateway/api/forms.py", "one strict reader knows what a form may hold"),
    "parse_qsl": ("gateway/api/forms.py", "one strict reader knows what a form may hold"),
    "request.form": ("gateway/api/forms.py", "one strict reader knows what a form may hold"),
    "generate_latest": ("shared/observe/exposition.py", "a scrape keeps nobody waiting"),
}
IMPORTS = {
    "jose": ("shared/security/tokens.py", "one strict module knows its traps"),
    "faststream": ("shared/bus/broker.py", "one place sets the broker's options"),
}
MARKUP = re.compile(
    r"</?(?:a|button|div|form|h[1-6]|html|input|label|li|p|span|table|td|tr|ul)[ >]"
)
GATEWAY_LISTENS = "gateway/"


def sources() -> Iterator[Path]:
    for top in ("services", "gateway", "shared"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts):
                yield path


def breaches(path: Path) -> Iterator[str]:
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text()
    if (lines := text.count("\n")) > MAX_FILE_LINES:
        yield f"{name}: {lines} lines, at most {MAX_FILE_LINES}: split it by resource"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {MAX_FUNCTION_LINES}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            for ending, (home, why) in CALLS.items():
                if called.endswith(ending) and not name.startswith(home):
                    yield f"{name}:{node.lineno}: {called}() belongs in {home}: {why}"


def test_house_rules() -> None:
    found = [breach for path in sources() for breach in breaches(path)]
    assert not found, "\n".join(found)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_a_library_with_traps_has_one_importer() -> None:
    allowed_too = {"shared/bus/worker.py": "faststream"}
    found = []
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for library in imported(path):
            home, why = IMPORTS.get(library, (name, ""))
            if (
                name != home
                and allowed_too.get(name) != library
                and not name.startswith(GATEWAY_LISTENS)
            ):
                found.append(f"{name} imports {library}, which belongs in {home}: {why}")
    assert not found, "\n".join(found)


def test_markup_is_written_in_templates() -> None:
    """A template escapes whatever it is given; a line of Python that joins tags does so where its author remembered."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and MARKUP.search(node.value)
    ]
    assert not found, f"HTML in Python: {found}"


def test_signatures_are_checked_in_one_module_for_tokens_and_one_for_documents() -> None:
    """Whoever has the tools of a second verifier will write one, with other gaps than the first."""
    assert [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if "hazmat.primitives.asymmetric" in path.read_text()
    ] == ["shared/security/seals.py", "shared/security/tokens.py"]


def test_jose_is_imported_once() -> None:
    assert [
        path.relative_to(ROOT).as_posix() for path in sources() if "jose" in imported(path)
    ] == ["shared/security/tokens.py"]


def files_of_tests() -> Iterator[Path]:
    for top in ("services", "gateway", "shared", "deploy", "bench", "tests"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "tests" in path.relative_to(ROOT).parts or top == "tests":
                yield path


JUDGES = frozenset({"raises", "fail", "run_state_machine_as_test"})


def test_every_test_can_fail() -> None:
    """It asserts something, or asks something that does."""
    trees = [tree_of(path) for path in files_of_tests()]
    functions = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    judging = {node.name for node in functions if _judges(node, JUDGES)}
    idle = [
        node.name
        for node in functions
        if node.name.startswith("test_") and not _judges(node, JUDGES | judging)
    ]
    assert not idle, idle


def test_one_that_cannot_is_seen() -> None:
    source = "def test_it():\n    look(1)\n"
    assert not _judges(ast.parse(source), JUDGES)
    assert _judges(ast.parse(source), JUDGES | {"look"})
    assert _judges(ast.parse(source + "    assert look(2)\n"), JUDGES)


def _judges(function: ast.AST, judges: AbstractSet[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in judges:
                return True
            case ast.Name(id=name) if name in judges:
                return True
    return False


INSIDES = {
    "uvicorn.": "gateway/api/inherited.py",
    "fastapi.dependencies": "shared/http/framework.py",
    '"effective_route_context"': "shared/http/framework.py",
    '"fastapi_': "shared/http/framework.py",
    '"starlette.': "shared/http/framework.py",
}
"""What a library keeps to itself, or its module in which that lies: the file through which it is reached, beside a test of its name."""


def test_the_insides_of_a_library_are_reached_through_one_file() -> None:
    found = []
    for path in sources():
        name, text = path.relative_to(ROOT).as_posix(), path.read_text()
        for inside, home in INSIDES.items():
            said = f"from {inside}" if inside[0] not in '"_' else inside
            if said in text and name != home:
                found.append(f"{name} says {inside}, which belongs in {home}")
    assert not found, "\n".join(found)
