"""`.env.example`, made from the settings classes: every setting of every program, its meaning and its safe default."""

import sys
import textwrap
from collections.abc import Iterable, Iterator
from enum import Enum
from importlib import import_module
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from deploy.local.databases import SERVICES
from deploy.local.machine import ROOT, say
from shared.settings import DEVELOPMENT_ONLY, ServiceSettings

FILE = ROOT / ".env.example"
FIXED = {"service", "version"}
OF_THE_MACHINE = {"hashing_threads"}  # its default is the number of cores
WIDTH = 118
HEAD = """\
# Every setting of AutoTrack, its meaning and its default.
# Made by `make contracts` from the settings classes: do not edit.
# One set of names for all programs; each reads only its own.
# A file in /run/secrets named like the setting, in small letters, works as well.
"""


def content() -> str:
    common = ServiceSettings.model_fields
    parts = [HEAD, "\n".join(section("every program", common.items()))]
    for name in (*SERVICES, "gateway"):
        fields = settings_of(name).model_fields
        own = [(key, info) for key, info in fields.items() if key not in common]
        if own:
            parts.append("\n".join(section(name, own)))
    return "\n".join(parts)


def settings_of(program: str) -> type[ServiceSettings]:
    module = import_module(
        "gateway.settings" if program == "gateway" else f"services.{program}.settings"
    )
    found: type[ServiceSettings] = module.Settings
    return found


def section(title: str, fields: Iterable[tuple[str, FieldInfo]]) -> Iterator[str]:
    yield f"# ---- {title} ".ljust(WIDTH, "-")
    for name, info in fields:
        if name in FIXED:
            continue
        default = "" if name in OF_THE_MACHINE else written(info.default)
        yield from textwrap.wrap(
            info.description or "", WIDTH, initial_indent="# ", subsequent_indent="#   "
        )
        yield f"AUTOTRACK_{name.upper()}={default}"
    yield ""


def written(value: Any) -> str:
    """Write a default as the environment would say it; a secret's is left empty."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or (isinstance(value, str) and value.startswith(DEVELOPMENT_ONLY)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return ",".join(sorted(written(item) for item in value))
    if isinstance(value, tuple | list):
        return ",".join(written(item) for item in value)
    return str(value.value if isinstance(value, Enum) else value)


def main() -> int:
    fresh = content()
    if "--check" in sys.argv:
        if FILE.exists() and FILE.read_text() == fresh:
            return 0
        sys.stderr.write(".env.example is old: `make contracts` writes it\n")
        return 1
    FILE.write_text(fresh)
    say(f"Wrote {FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
