"""What a client of ours says, and in what order it may."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Act:
    """One request. `{name}` in the path and the body stands for the id of the thing so called."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    names: str | None = None
    """The thing whose id the answer tells."""

    @property
    def needs_key(self) -> bool:
        """Sent again it would be done again, but for its `Idempotency-Key`."""
        return self.method == "POST" and "id" not in (self.body or {})


@dataclass(frozen=True)
class Thing:
    """Something a client makes of a car and does with it, act after act."""

    name: str
    acts: Sequence[Act]
    settled: Sequence[Act]
    """What comes to the same, said by who knew from the start how it would end."""
    on: date
    needs: Sequence[str] = ()
    """Things that must be there first."""
    chooses: bool = True
    """Its client chooses its id."""


def named(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return PLACE.sub(lambda found: ids[found[1]], value)
    if isinstance(value, Mapping):
        return {key: named(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [named(each, ids) for each in value]
    return value
