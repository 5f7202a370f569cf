"""What a personal API key looks like: `atk_`, 256 random bits in 43 letters and digits, and a checksum of 6.

The prefix and the checksum let a scanner of leaked secrets tell a key from chance, and let a gateway refuse a mistyped one by itself:
`atk_[0-9A-Za-z]{49}`.
"""

import hashlib
import re
import secrets
from binascii import crc32
from typing import Final

PREFIX: Final = "atk_"
SHAPE: Final = re.compile(r"atk_[0-9A-Za-z]{49}")
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BITS: Final = 256
_LONG: Final = 43
_SUM: Final = 6


def new_api_key() -> str:
    secret = _base62(secrets.randbits(_BITS), _LONG)
    return f"{PREFIX}{secret}{_checksum(secret)}"


def is_api_key(text: str) -> bool:
    """Whether this could be a key of ours; it says nothing about whether it is anybody's."""
    return SHAPE.fullmatch(text) is not None and text[-_SUM:] == _checksum(text[4:-_SUM])


def fingerprint(key: str) -> str:
    """All that is stored, sent inside the house, or remembered of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(secret: str) -> str:
    return _base62(crc32(secret.encode()), _SUM)


def _base62(number: int, width: int) -> str:
    letters = []
    for _ in range(width):
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(reversed(letters))
