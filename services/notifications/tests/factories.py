"""One valid thing each; override what the test is about."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from shared.contracts.auth import (
    AccountChanged,
    CodeIssued,
    CodePurpose,
    NoticeKind,
    PasswordResetAsked,
    SecurityNotice,
)
from shared.contracts.base import Language, MoneyAmount
from shared.contracts.billing import PaymentFailed, SubscriptionChanged
from shared.contracts.documents import (
    DocumentExpiring,
    DocumentRead,
    DocumentType,
    ReadStatus,
)
from shared.contracts.features import Plan
from shared.contracts.vehicles import MaintenanceDrafted, ReminderDue
from shared.ids import new_id
from shared.testing.client import Callers

CHLOE = Callers.user_id("free")
HUGO = Callers.user_id("other")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EMAIL = "chloe@example.org"


def make_account(**facts: Any) -> AccountChanged:
    return AccountChanged(
        **{
            "account_id": CHLOE,
            "version": 1,
            "email": EMAIL,
            "first_name": "Chloé",
            "last_name": "Dupré",
            "language": Language.FR,
            "timezone": "Europe/Paris",
            "currency": "EUR",
            "distance_unit": "km",
            "verified": True,
            "switches": {},
            **facts,
        }
    )


def make_code(now: datetime = NOW, **facts: Any) -> CodeIssued:
    return CodeIssued(
        **{
            "account_id": CHLOE,
            "email": EMAIL,
            "code": SecretStr("042917"),
            "purpose": CodePurpose.VERIFY_EMAIL,
            "language": Language.FR,
            "expires_at": now + timedelta(minutes=10),
            **facts,
        }
    )


def make_reset(now: datetime = NOW, **facts: Any) -> PasswordResetAsked:
    return PasswordResetAsked(
        **{
            "account_id": CHLOE,
            "email": EMAIL,
            "token": SecretStr("t0k&n/+="),
            "language": Language.FR,
            "expires_at": now + timedelta(hours=1),
            **facts,
        }
    )


def make_notice(kind: NoticeKind = NoticeKind.NEW_DEVICE, **facts: Any) -> SecurityNotice:
    return SecurityNotice(
        **{
            "account_id": CHLOE,
            "email": EMAIL,
            "kind": kind,
            "language": Language.FR,
            "occurred_at": NOW,
            "facts": {"device": "Firefox, Linux", "ip": "203.0.113.7"},
            **facts,
        }
    )


def make_reminder(owner_id: UUID = CHLOE, **facts: Any) -> ReminderDue:
    return ReminderDue(
        **{
            "reminder_id": new_id(),
            "owner_id": owner_id,
            "vehicle_id": new_id(),
            "vehicle_name": "Peugeot 208",
            "service": "engine_oil",
            "titles": {
                Language.FR: "Vidange et filtre à huile",
                Language.EN: "Engine oil and filter",
                Language.ES: "Aceite y filtro",
            },
            "due_on": date(2027, 3, 14),
            "due_from": date(2027, 2, 20),
            "due_to": date(2027, 4, 8),
            "due_odometer_m": 75_000_000,
            "occurrence": "1",
            **facts,
        }
    )


def make_draft(owner_id: UUID = CHLOE, **facts: Any) -> MaintenanceDrafted:
    return MaintenanceDrafted(
        **{
            "draft_id": new_id(),
            "owner_id": owner_id,
            "document_id": new_id(),
            "vehicle_id": new_id(),
            "vehicle_name": "Peugeot 208",
            "vendor": "Garage du Parc",
            "service_date": date(2026, 11, 12),
            "total": MoneyAmount(amount_minor=118_990, currency="EUR"),
            "missing": (),
            **facts,
        }
    )


def make_reading(status: ReadStatus = ReadStatus.UNREADABLE, **facts: Any) -> DocumentRead:
    return DocumentRead(
        **{
            "document_id": new_id(),
            "owner_id": CHLOE,
            "vehicle_id": None,
            "file_name": "facture 12-11.pdf",
            "status": status,
            "document_type": DocumentType.OTHER,
            "type_confidence": 0.1,
            "language": None,
            "fields": (),
            "lines": (),
            "read_at": NOW,
            **facts,
        }
    )


def make_expiry(**facts: Any) -> DocumentExpiring:
    return DocumentExpiring(
        **{
            "document_id": new_id(),
            "owner_id": CHLOE,
            "document_type": DocumentType.INSURANCE,
            "file_name": "attestation.pdf",
            "expires_on": date(2026, 12, 22),
            "days_left": 30,
            **facts,
        }
    )


def make_subscription(**facts: Any) -> SubscriptionChanged:
    return SubscriptionChanged(
        **{
            "user_id": CHLOE,
            "version": 2,
            "plan": Plan.STANDARD,
            "previous_plan": Plan.FREE,
            "status": "active",
            "previous_status": None,
            "amount": MoneyAmount(amount_minor=999, currency="EUR"),
            "interval": "month",
            "current_period_end": NOW + timedelta(days=31),
            "cancel_at": None,
            **facts,
        }
    )


def make_failure(**facts: Any) -> PaymentFailed:
    return PaymentFailed(
        **{
            "user_id": CHLOE,
            "invoice_ref": "in_1",
            "amount": MoneyAmount(amount_minor=999, currency="EUR"),
            "hosted_invoice_url": "https://pay.example.org/in_1",
            "grace_until": NOW + timedelta(days=7),
            **facts,
        }
    )
