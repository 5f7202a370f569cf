"""Random values and comparisons that tell nothing by their timing."""

import hashlib
import hmac
import secrets


def numeric_code(digits: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def opaque_token(size: int = 32) -> str:
    """`size` random bytes, URL-safe."""
    return secrets.token_urlsafe(size)


def digest(text: str) -> bytes:
    """SHA-256, for values with enough entropy of their own."""
    return hashlib.sha256(text.encode()).digest()


def keyed_digest(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA-256 over the parts, for values that could be guessed."""
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).digest()


def same(a: bytes | str, b: bytes | str) -> bool:
    """Constant-time comparison."""
    left = a.encode() if isinstance(a, str) else a
    right = b.encode() if isinstance(b, str) else b
    return hmac.compare_digest(left, right)
