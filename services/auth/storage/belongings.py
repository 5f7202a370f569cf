"""What this service keeps about people; read by the export, deleted by the erasure."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

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
from shared.db.belongings import Belonging, Belongings, End, Person, owned, part_of

MINE = "account_id"
_SESSIONS = owned(Session, MINE, end=End.CASCADES)
_REVOCATIONS: Any = Revocation.__table__


def _revoked(person: Person) -> ColumnElement[bool]:
    ended = select(Session.id).where(Session.account_id == person)
    session_id: ColumnElement[UUID] = _REVOCATIONS.c.session_id
    return session_id.in_(ended)


BELONGINGS = Belongings(
    theirs=(
        owned(AuditEntry, MINE, end=End.CASCADES),
        part_of(RefreshToken, _SESSIONS, "session_id", secret=("digest", "nonce")),
        _SESSIONS,
        owned(Code, MINE, secret=("digest",), end=End.CASCADES),
        owned(Registration, MINE, secret=("password_hash", "identity", "mark"), end=End.CASCADES),
        owned(ResetToken, MINE, secret=("digest",), end=End.CASCADES),
        owned(EmailRevert, MINE, secret=("digest",), end=End.CASCADES),
        owned(DataExport, MINE, secret=("link_digest",), end=End.CASCADES),
        owned(ApiKey, MINE, secret=("fingerprint",), end=End.CASCADES),
        owned(Totp, MINE, secret=("sealed_seed",), end=End.CASCADES),
        owned(RecoveryCode, MINE, secret=("digest",), end=End.CASCADES),
        owned(Challenge, MINE, secret=("digest",), end=End.CASCADES),
        owned(Passkey, MINE, secret=("public_key", "credential_id"), end=End.CASCADES),
        owned(Ceremony, MINE, secret=("digest",), end=End.CASCADES),
        owned(ProviderIdentity, MINE, end=End.CASCADES),
        owned(
            ProviderVisit,
            MINE,
            secret=("state_digest", "client_challenge", "code_digest", "sealed_person"),
            end=End.CASCADES,
        ),
        owned(ZoneChange, MINE, end=End.CASCADES),
        Belonging(
            _REVOCATIONS,
            _revoked,
            End.KEPT,
            because="ids of ended sessions, for a quarter of an hour",
        ),
        replace(
            owned(Account, "id", secret=("password_hash", "email_key")), owner=None
        ),  # a new account has a new id: the row itself is what all others hold on to
        owned(Erasure, MINE, end=End.KEPT, because="proves the erasure; an id and dates"),
    ),
    nobodys={
        SigningKey: "the house's own keys",
        SpentBudget: "keyed digests, which name nobody and go when their window ends",
        Throttle: "keyed digests, which name nobody and go when they are full again",
    },
)
