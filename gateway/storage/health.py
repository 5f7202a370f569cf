"""The last look at the house."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    is_up: bool
    milliseconds: float
    reason: str | None = None


class HealthMemory:
    """The last look at the house; whoever asks meanwhile shares it."""

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.at = float("-inf")
        self.looking = asyncio.Lock()
