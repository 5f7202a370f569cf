"""Seals on documents that outlive every session: Ed25519 (RFC 8032), with a key worked out from a secret of the installation (HKDF,
RFC 5869), so that there is no second file to keep. Tokens are signed elsewhere (`tokens.py`).
"""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_BYTES: Final = 32
ID_LETTERS: Final = 16


class Seal:
    """What one installation seals with, for one purpose."""

    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key)

    @classmethod
    def of(cls, secret: str, purpose: str) -> "Seal":
        """The same secret and purpose, the same key."""
        derived = HKDF(
            algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()
        )
        return cls(derived.derive(secret.encode()))

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def on(self, message: bytes) -> bytes:
        return self._key.sign(message)


def key_id(public: bytes) -> str:
    """By which people compare a key: the first letters of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:ID_LETTERS]


def is_sealed(message: bytes, signature: bytes, public: bytes) -> bool:
    """By whoever has the key of `public`; False for what is no key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
