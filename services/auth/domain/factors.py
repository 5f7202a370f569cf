"""The second factor: time-based codes (RFC 6238) that work once, ten recovery codes that work once each, a passkey, a mailed code."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import pyotp

from services.auth.domain.codes import Budget
from shared.security.secrets import keyed_digest, same

STEP_SECONDS = 30
DRIFT_STEPS = 1
RECOVERY_CODES = 10
CHALLENGE_LIFETIME = timedelta(minutes=10)
TRIES_PER_CHALLENGE = 5
TRY_BUDGETS = (
    Budget("factor-tries-10m", TRIES_PER_CHALLENGE, timedelta(minutes=10)),
    Budget("factor-tries-1h", 10, timedelta(hours=1)),
    Budget("factor-tries-1d", 20, timedelta(days=1)),
)
"""Apart from those of passwords and mailed codes; a new challenge renews none of them."""
ISSUER = "AutoTrack"


class FactorKind(StrEnum):
    """What may follow a right password."""

    TOTP = "totp"
    PASSKEY = "passkey"
    MAIL = "mail"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True)
class Given:
    """What a person offers as second factor: one of the four."""

    totp_code: str | None = None
    recovery_code: str | None = None
    mailed_code: str | None = None
    passkey: Mapping[str, Any] | None = None


def new_seed() -> str:
    """160 random bits, as authenticator apps expect them."""
    return pyotp.random_base32()


def provisioning_uri(seed: str, email: str) -> str:
    uri: str = pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=ISSUER)
    return uri


def matching_step(seed: str, code: str, *, now: datetime, last_step: int | None) -> int | None:
    """The step the code belongs to, one step of drift allowed; None for a wrong one and for one at or before `last_step`."""
    totp, present = pyotp.TOTP(seed), int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if same(totp.generate_otp(step), code):
            found = step
    return found if found is not None and (last_step is None or found > last_step) else None


def new_recovery_codes() -> list[str]:
    """50 random bits each, in two groups that can be read aloud."""
    return [
        _grouped(base64.b32encode(secrets.token_bytes(7)).decode().lower()[:10])
        for _ in range(RECOVERY_CODES)
    ]


def _grouped(text: str) -> str:
    return f"{text[:5]}-{text[5:]}"


def recovery_digest(pepper: bytes, account_id: UUID, code: str) -> bytes:
    """Case, spaces and the dash are how people copy, not what they know."""
    plain = "".join(char for char in code.lower() if char.isalnum())
    return keyed_digest(pepper, "recovery", str(account_id), plain)
