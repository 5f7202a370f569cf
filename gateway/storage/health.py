"""The last look at the house."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from shared.observe.looks import SharedLook


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    is_up: bool
    milliseconds: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Messages:
    """What all services together still have to tell each other."""

    waiting: int = 0
    seconds: float = 0.0
    """Age of the oldest that waits."""
    dead: int = 0
    """What waits for an operator."""


@dataclass(frozen=True, slots=True)
class Mail:
    is_up: bool
    delayed: int
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class House:
    findings: tuple[Finding, ...]
    messages: Messages
    mail: Mail | None
    """None when nobody can say."""


class HealthMemory:
    """The last look at the house; whoever asks meanwhile shares it."""

    def __init__(self) -> None:
        self.house = House((), Messages(), None)
        self.at = float("-inf")
        self.looking = asyncio.Lock()
        self.looks: dict[str, SharedLook[Finding]] = {}
        """What single services depend on, by the service's address for it."""
