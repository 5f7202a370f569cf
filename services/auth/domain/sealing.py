"""Secrets that must be read back (signing keys, TOTP seeds) rest encrypted: AES-256-GCM under a key from the settings.

The place a secret belongs to is authenticated with it, so a sealed value copied into another row does not open.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed with another key, meant for another place, or damaged."""


def derive_key(secret: str, purpose: str) -> bytes:
    """One setting, one key per purpose."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"autotrack.auth.{purpose}".encode())
    return hkdf.derive(secret.encode())


def seal(key: bytes, secret: bytes, *, place: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> bytes:
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, place.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(place) from error
