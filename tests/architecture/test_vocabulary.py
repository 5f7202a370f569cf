"""One word for one thing: what the house has settled on, and nothing beside it.

| notion | word | not |
|---|---|---|
| a use case that reads one thing | `read_` | get, fetch, find, show, load |
| that changes what it is told to | `edit_` | update, modify, patch, change |
| that makes one | `add_` | create, insert |
| that takes one away | `remove_` | delete, destroy |
| a parameter that is an id | `vehicle_id` | vehicle, which is the car itself |
| a table | its class, in snake case | the plural |
| a person's rows, one writer at a time | `work.hold_owner` | another advisory lock |
| a refusal's code | one class, in `errors` | a second class with the same code |

What the API calls its operations and members is a promise to others, and older: `make contracts` holds it.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import tree_of

ROOT = Path(__file__).parents[2]
OTHER_WORDS = {
    **dict.fromkeys(("get", "fetch", "find", "show", "load"), "read_"),
    **dict.fromkeys(("update", "modify", "patch", "change"), "edit_"),
    **dict.fromkeys(("create", "insert"), "add_"),
    **dict.fromkeys(("delete", "destroy"), "remove_"),
}
SAID_SO_BY_PEOPLE = {
    "change_password": "an old one is proven and a new one takes its place",
    "change_plan": "what a customer buys; edit_plan is what an administrator sells",
    "load_garage": "not one thing: all a person's cars with their history, as the assistant reads them",
}
TWO_MEANINGS = {
    "password_wrong": "an account's password, and that of a locked PDF",
    "file_too_large": "of a paper, and of a file of another program",
    "upload_malformed": "the same",
    "wrong_state": "of a car that is laid up or sold, and of a booking",
    "internal_error": "a fault of a service's, and one of the gateway's, which has no number to name",
}


def sources(*tops: str) -> Iterator[Path]:
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            if not {"tests", "testing", "migrations"} & set(path.relative_to(ROOT).parts):
                yield path


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def tables(path: Path) -> Iterator[tuple[str, str]]:
    """Class and table."""
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.ClassDef):
            continue
        for said in node.body:
            match said:
                case ast.Assign(targets=[ast.Name("__tablename__")], value=ast.Constant(str(name))):
                    yield node.name, name


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def test_use_cases_speak_the_same_verbs() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {one.name} → {OTHER_WORDS[one.name.partition('_')[0]]}"
        for service in sorted((ROOT / "services").iterdir())
        for path in sources(f"services/{service.name}/usecases")
        for one in functions(path)
        if one.name.partition("_")[0] in OTHER_WORDS and one.name not in SAID_SO_BY_PEOPLE
    }
    assert not wrong, sorted(wrong)


def test_an_id_is_called_one() -> None:
    things = {snake(name) for path in sources("services") for name, _ in tables(path)} | {
        "owner",
        "user",
        "account",
        "car",
        "record",
        "reading",
        "plan",
        "draft",
    }
    wrong = {
        f"{path.relative_to(ROOT)}: {one.name}({argument.arg})"
        for path in sources("services", "shared", "gateway")
        for one in functions(path)
        for argument in (*one.args.args, *one.args.kwonlyargs)
        if argument.arg in things
        and argument.annotation is not None
        and re.search(r"\bUUID\b", ast.unparse(argument.annotation))
    }
    assert not wrong, sorted(wrong)


def test_a_table_is_its_class_in_snake_case() -> None:
    wrong = {
        f"{name} is {table}"
        for path in sources("services")
        for name, table in tables(path)
        if table != snake(name)
    }
    assert not wrong, sorted(wrong)


def test_whose_rows_are_written_one_by_one_is_held_in_one_way() -> None:
    """An advisory lock on a person has one key; another key would be another lock. Other things have locks of their own."""
    locking = {
        str(path.relative_to(ROOT))
        for path in sources("services", "shared")
        if "pg_advisory_xact_lock" in path.read_text()
    }
    assert locking == {
        "shared/db/persons.py",
        "shared/db/migrations.py",
        "services/auth/storage/keys.py",
        "services/documents/storage/exports.py",
        "services/vehicles/storage/garages/garages.py",
        "services/vehicles/storage/garages/bookings.py",
    }


def test_a_refusal_is_one_class() -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for path in sources("services", "shared", "gateway"):
        for node in ast.walk(tree_of(path)):
            for line in node.body if isinstance(node, ast.ClassDef) else ():
                match line:
                    case ast.Assign(targets=[ast.Name("code")], value=ast.Constant(str(code))):
                        said[code].add(str(path.relative_to(ROOT)))
    twice = {code for code, where in said.items() if len(where) > 1}
    assert twice == set(TWO_MEANINGS)


def test_no_function_is_written_twice() -> None:
    """The same body under two names, or in two files; a line or two may be alike by chance, and routes have words of their own."""
    bodies: dict[str, set[str]] = defaultdict(set)
    for path in sources("services", "shared", "gateway"):
        for one in tree_of(path).body:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and not one.decorator_list:
                bodies[_logic(one)].add(f"{path.relative_to(ROOT)}: {one.name}")
    twice = [sorted(where) for body, where in bodies.items() if len(where) > 1 and len(body) > 60]
    assert not twice, twice


def _logic(one: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Arguments and body, without what is said about them."""
    body = one.body[1:] if ast.get_docstring(one) is not None else one.body
    return ast.unparse(one.args) + "".join(ast.unparse(line) for line in body)


@pytest.mark.parametrize(("name", "table"), [("Vehicle", "vehicle"), ("DataExport", "data_export")])
def test_snake(name: str, table: str) -> None:
    assert snake(name) == table
