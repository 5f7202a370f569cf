"""Our own source as trees, each file parsed once."""

import ast
import gc
from functools import cache
from pathlib import Path


@cache
def tree_of(path: Path) -> ast.Module:
    """Python 3.11.2, which is Debian 12's, ends in a SystemError when something else is parsed meanwhile (gh-106905): by what the
    garbage collector calls, for one.
    """
    gc.disable()
    try:
        return ast.parse(path.read_text())
    finally:
        gc.enable()
