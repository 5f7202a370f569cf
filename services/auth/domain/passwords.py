"""What a good password is (NIST SP 800-63B): long enough, not common, not about the person; no rules of composition.

Eight characters at least: the deviation from 15 is explained in the README.
"""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from services.auth.domain.common_passwords import bare, is_common

MIN_LENGTH = 8
MAX_LENGTH = 256
CONTEXT_WORDS = (
    "autotrack",
    "auto-track",
    "garage",
    "voiture",
    "coche",
    "vehicle",
    "vehicule",
    "vehiculo",
)
SHORTEST_CONTEXT_WORD = 4
_LEFT_BESIDE_CONTEXT = 4
"""A password that is a context word and at most this many other characters is about the person, not a secret."""


class Weakness(StrEnum):
    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    COMMON = "password_too_common"
    ABOUT_YOU = "password_about_you"


def normal(password: str) -> str:
    """The same keystrokes give the same bytes on every system; nothing else is changed, nothing trimmed."""
    return unicodedata.normalize("NFC", password)


def weakness(password: str, *, about: Iterable[str]) -> Weakness | None:
    """`about`: names and address of the person."""
    if len(password) < MIN_LENGTH:
        return Weakness.TOO_SHORT
    if len(password) > MAX_LENGTH:
        return Weakness.TOO_LONG
    if is_common(password):
        return Weakness.COMMON
    if any(_leans_on(password, word) for word in context(about)):
        return Weakness.ABOUT_YOU
    return None


def context(about: Iterable[str]) -> set[str]:
    words = set(CONTEXT_WORDS)
    for text in about:
        local, _, domain = text.casefold().partition("@")
        words |= {local, domain, domain.rpartition(".")[0], *local.replace("_", ".").split(".")}
    return {bare(word) for word in words if len(bare(word)) >= SHORTEST_CONTEXT_WORD}


def _leans_on(password: str, word: str) -> bool:
    plain = bare(password)
    return word in plain and len(plain.replace(word, "")) <= _LEFT_BESIDE_CONTEXT


class Argon2:
    """argon2id; a hash made with weaker parameters verifies still and asks to be made again."""

    def __init__(self, *, memory_kib: int, passes: int, lanes: int = 1) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str, *, salt: bytes | None = None) -> str:
        """`salt`: 16 bytes that others cannot foresee; random by default."""
        return self._hasher.hash(normal(password), salt=salt)

    def verify(self, stored: str | None, password: str) -> bool:
        """Without a stored hash the same work is done for nothing."""
        try:
            self._hasher.verify(stored or self._nobody, normal(password))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)
