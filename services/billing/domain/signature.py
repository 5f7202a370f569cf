"""Stripe's webhook signature: `t=<time>,v1=<hex HMAC-SHA256 of "time.body">`, judged against our own time, both ways.

The library looks only into the past and switches even that off for a tolerance of 0, so the check is ours.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

MOST_PARTS = 20


def matching_secret(
    body: bytes, header: str, secrets: Sequence[str], *, now: datetime, tolerance: timedelta
) -> int | None:
    """The index of the secret that signed the body, or None."""
    timestamp, signatures = _parts(header)
    if timestamp is None or not signatures:
        return None
    try:
        signed_at = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if abs(now - signed_at) > tolerance:
        return None
    signed = timestamp.encode() + b"." + body
    for index, secret in enumerate(secrets):
        expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        if any(hmac.compare_digest(expected.encode(), found) for found in signatures):
            return index
    return None


def _parts(header: str) -> tuple[str | None, list[bytes]]:
    timestamp, signatures = None, []
    for part in header.split(",")[:MOST_PARTS]:
        name, _, value = part.strip().partition("=")
        if name == "t" and value.isascii() and value.isdigit():
            timestamp = value
        elif name == "v1":
            signatures.append(value.encode())
    return timestamp, signatures
