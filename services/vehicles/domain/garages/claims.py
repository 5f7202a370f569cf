"""How somebody proves that a garage is theirs."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none is taken for another when it is read out."""
CODE_LENGTH: Final = 12
"""60 bits: its plain digest cannot be turned round by trying all."""
CODE_LIFETIME: Final = timedelta(hours=24)
"""A shop reads its mail once a day."""
MOST_TRIES: Final = 5
"""Then the code is dead."""
PAUSE: Final = timedelta(minutes=2)
"""Between two codes to one garage."""
MOST_A_DAY: Final = 3
"""Codes of one garage, whoever asks: it is their mailbox."""
MOST_BY_ONE: Final = 5
"""Claims one person opens a day."""


class Way(StrEnum):
    EMAIL = "email"
    """A code to the garage's published address."""
    PHONE = "phone"
    """An administrator rings the published number and reads a code out."""
    DOCUMENT = "document"
    """An administrator looks at a paper."""


class ClaimState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Deed(StrEnum):
    """What the audit tells of a garage."""

    ENTERED = "entered"
    CLAIMED = "claimed"
    """The claimant proved it by a code."""
    GIVEN = "given"
    """By an administrator, who accepted a claim."""
    CONTESTED = "contested"
    """By an administrator, who took it from whose it was."""
    REFUSED = "refused"
    HANDED_OVER = "handed_over"
    """By its owner, to somebody of the staff."""
    LEFT = "left"
    """Its owner is gone."""
    STAFF_JOINED = "staff_joined"
    STAFF_REMOVED = "staff_removed"
    CLOSED = "closed"
    REOPENED = "reopened"
    REVIEW_HIDDEN = "review_hidden"
    REVIEW_SHOWN = "review_shown"


def as_read(code: str) -> str:
    """`7k3m-9tqx-02fo` as it was made: dashes, spaces and case do not matter, nor O for 0, nor I and L for 1."""
    folded = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return "".join(char for char in folded if char in CODE_LETTERS)


def as_written(code: str) -> str:
    """In groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
