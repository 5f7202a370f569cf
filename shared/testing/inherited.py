"""What our subclasses take from somebody else's class: found in our source, compared with what is there today."""

import ast
import hashlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any


def members_of(owner: str, *modules: ModuleType) -> set[str]:
    """The members asked of `owner` (`self`, `self.flow`) in these modules, and, of `self`, those that their classes define."""
    return {name for module in modules for name in _members(owner, module)}


def _members(owner: str, module: ModuleType) -> Iterator[str]:
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text())):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == owner:
            yield node.attr
        elif isinstance(node, ast.ClassDef) and owner == "self":
            for each in node.body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield each.name


def fingerprint(step: Any) -> str:
    """Of the text of a function or class; another one means: read what changed, and whether our version must follow."""
    return hashlib.sha256(inspect.getsource(step).encode()).hexdigest()[:12]
