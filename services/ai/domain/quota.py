"""How many tokens a month a plan may use, and what a call is taken to cost before and after it."""

import math
from dataclasses import dataclass
from datetime import date, datetime

from shared.local_day import utc_day

CHARACTERS_A_TOKEN = 3.2
OVERHEAD = 8  # tokens a message costs beside its text
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Usage:
    prompt: int
    completion: int
    estimated: bool = False

    @property
    def total(self) -> int:
        return self.prompt + self.completion


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int | None  # None: unlimited
    used: int
    reserved: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used - self.reserved)

    def covers(self, tokens: int) -> bool:
        return self.left is None or tokens <= self.left


def tokens_of(text: str) -> int:
    return math.ceil(len(text) / CHARACTERS_A_TOKEN)


def estimate(messages: list[dict[str, str]], answer_tokens: int) -> int:
    """What to reserve: the prompt as sent and the longest answer allowed."""
    return sum(tokens_of(message["content"]) + OVERHEAD for message in messages) + answer_tokens


def month_of(now: datetime) -> date:
    """Of the house and not of the person: who moves to another zone has neither a month more nor one less."""
    return utc_day(now).replace(day=1)


def resets_on(month: date) -> date:
    """The first day of the next month, UTC."""
    return date(month.year + month.month // DECEMBER, month.month % DECEMBER + 1, 1)
