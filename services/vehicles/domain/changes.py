"""A place in the order of changes. Opaque to clients, and dated: after a month what is gone can no longer be told."""

import base64
import json
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import blake2b
from typing import Final
from uuid import UUID

LIVES: Final = timedelta(days=30)
FIRST: Final = UUID(int=0)
LARGEST: Final = 2**63 - 1
CHECK: Final = 6


class Rank(IntEnum):
    """Within one transaction: what is gone goes before what is there."""

    GONE = 0
    SHOWN = 1
    """A car that came into sight: what was known of it is to be forgotten, all of it follows."""
    CHANGED = 2
    STANDS = 3
    """How something stands, told by its id and after it: a plan, as a reminder."""


class NotACursor(ValueError):
    """It was made by nobody here, or damaged on the way."""


@dataclass(frozen=True, slots=True)
class Place:
    """After this transaction, rank and row. `since`: when all before it had been told."""

    transaction: int
    rank: int
    row_id: UUID
    since: datetime

    @classmethod
    def beginning(cls, now: datetime) -> "Place":
        return cls(-1, 0, FIRST, now)

    def is_over(self, now: datetime) -> bool:
        return now - self.since > LIVES

    def text(self) -> str:
        said = [self.transaction, self.rank, self.row_id.hex, int(self.since.timestamp())]
        body = json.dumps(said, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(_check(body) + body).rstrip(b"=").decode()

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Raises NotACursor."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            check, body = raw[:CHECK], raw[CHECK:]
            if check != _check(body):
                raise NotACursor(text)
            transaction, rank, row, since = json.loads(body)
            if not (type(transaction) is type(since) is int and -1 <= transaction <= LARGEST):
                raise NotACursor(text)
            return cls(transaction, Rank(rank), UUID(row), datetime.fromtimestamp(since, UTC))
        except (ValueError, TypeError, AttributeError, OverflowError, OSError, NotBase64) as error:
            raise NotACursor(text) from error


def _check(body: bytes) -> bytes:
    return blake2b(body, digest_size=CHECK, person=b"changes").digest()
