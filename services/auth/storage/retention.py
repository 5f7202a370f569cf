"""How long this service keeps what it keeps."""

from datetime import timedelta

from services.auth.storage.models import (
    Account,
    ApiKey,
    AuditEntry,
    Ceremony,
    Challenge,
    Code,
    DataExport,
    EmailRevert,
    Erasure,
    Passkey,
    ProviderIdentity,
    ProviderVisit,
    RecoveryCode,
    RefreshToken,
    Registration,
    ResetToken,
    Revocation,
    Session,
    SigningKey,
    SpentBudget,
    Throttle,
    Totp,
    ZoneChange,
)
from shared.db.retention import Retention, old

AUDITED = timedelta(days=400)
"""Somebody who looks back a year finds it; the trigger on the table knows the same figure."""
THEIRS = "with the account"
NIGHTLY = "by auth.cleanup"

RETENTION = Retention(
    goes=(old(AuditEntry, "at", AUDITED),),
    stays={
        Account: "until its owner erases it",
        Totp: THEIRS,
        RecoveryCode: THEIRS,
        Passkey: THEIRS,
        ProviderIdentity: THEIRS,
        DataExport: THEIRS,
        ApiKey: f"{NIGHTLY}, 90 days after its end",
        Session: f"{NIGHTLY}, 7 days after its end",
        RefreshToken: "with its session",
        Code: f"{NIGHTLY}, 7 days after its end",
        Challenge: f"{NIGHTLY}, 7 days after its end",
        ResetToken: f"{NIGHTLY}, 7 days after its end",
        EmailRevert: f"{NIGHTLY}, 7 days after its end",
        Registration: f"{NIGHTLY}, at its end",
        Ceremony: f"{NIGHTLY}, at its end",
        ProviderVisit: f"{NIGHTLY}, at its end",
        Revocation: f"{NIGHTLY}, at its end",
        ZoneChange: f"{NIGHTLY}, when no token of before can be alive",
        SpentBudget: f"{NIGHTLY}, when it is full again",
        Throttle: f"{NIGHTLY}, when it is full again",
        SigningKey: "by auth.keys, when nothing it signed is good any more",
        Erasure: "for ever: it proves that there was one",
    },
)
