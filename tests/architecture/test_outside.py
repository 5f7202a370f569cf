"""Every question a client asks of others says so (`shared/db/outside.py`), or is listed here as asking nobody."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.testing.outside import KNOWN
from tests.architecture.source import tree_of

ROOT = Path(__file__).parents[2]
SAYS = "outside"
RUNNING = "held while the service runs, before and after anybody is served"
LOCAL = {
    "auth.Hasher.running": RUNNING,
    "auth.Providers.running": RUNNING,
    "billing.StripePayments.running": RUNNING,
    "documents.ProcessReader.running": RUNNING,
    "ai.RuleBasedLlm.close": RUNNING,
    "ai.OpenAiLlm.close": RUNNING,
    "notifications.Connections.running": RUNNING,
    "notifications.Connections.one": "a connection for `SmtpMailer.send`, which says so",
    "documents.Lane.end": RUNNING,
    "documents.Program.end": RUNNING,
    "documents.Turns.turn": "a turn at a lane, taken by `Lane.ask`, which says so",
    "documents.DiskBlobs.keep": "a rename on this machine's disk, which belongs to the row's transaction",
    "documents.DiskBlobs.forget": "one file less on this machine's disk",
}
"""`service.Class.method`: nobody else is asked, and why."""


def is_protocol(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).startswith("Protocol") for base in node.bases)


def asked(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Each public coroutine of a module and of its classes, and whether it says that it leaves the house."""
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        if isinstance(node, ast.ClassDef) and (is_protocol(node) or node.name.startswith("_")):
            continue
        for each in inner:
            if isinstance(each, ast.AsyncFunctionDef) and not each.name.startswith("_"):
                owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
                says = any(ast.unparse(one) == SAYS for one in each.decorator_list)
                yield f"{owner}{each.name}", says


def found() -> dict[str, bool]:
    return {
        f"{path.relative_to(ROOT).parts[1]}.{name}": says
        for path in sorted(ROOT.glob("services/*/clients/**/*.py"))
        for name, says in asked(tree_of(path))
    }


def test_every_question_says_that_it_leaves_the_house() -> None:
    silent = {name for name, says in found().items() if not says}
    assert silent == LOCAL.keys(), "put @outside on it, or list it here with a reason"


def test_what_is_still_let_pass_is_there() -> None:
    names = {name.partition(".")[2] for name, says in found().items() if says}
    assert names >= KNOWN


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class A:\n async def ask(self): ...", [("A.ask", False)]),
        ("class A:\n @outside\n async def ask(self): ...", [("A.ask", True)]),
        ("class A:\n @asynccontextmanager\n async def ask(self): ...", [("A.ask", False)]),
        ("class A(Protocol):\n async def ask(self): ...", []),
        ("class A:\n async def _ask(self): ...\n def told(self): ...", []),
        ("async def ask(): ...", [("ask", False)]),
    ],
)
def test_it_is_found(source: str, expected: list[tuple[str, bool]]) -> None:
    assert list(asked(ast.parse(source))) == expected
