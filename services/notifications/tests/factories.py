"""One valid thing each; override what the test is about."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from services.notifications.domain import (
    account_news,
    billing_news,
    booking_news,
    case_news,
    document_news,
    garage_news,
    sharing_news,
    vehicle_news,
)
from services.notifications.domain.news import News
from shared.contracts.auth import (
    AccountChanged,
    AddressChanged,
    CodeIssued,
    CodePurpose,
    ExportReady,
    NoticeKind,
    PasswordResetAsked,
    ResetReason,
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
from shared.contracts.roles import Role
from shared.contracts.vehicles import (
    HandoverOffered,
    InvitationIssued,
    JudgedReading,
    MaintenanceDrafted,
    ReadingsJudged,
    ReadingWanted,
    ReminderDue,
    ReminderWithdrawn,
    SharingKind,
    SharingNotice,
    ToldState,
    WithdrawnBecause,
)
from shared.contracts.vehicles_bookings import (
    BookingHappened,
    BookingNotice,
    BookingSide,
    CalendarEntry,
)
from shared.contracts.vehicles_cases import CaseNews, CaseNotice
from shared.contracts.vehicles_garages import (
    GarageClaimed,
    GarageNewsKind,
    GarageNotice,
    GarageStaffInvited,
)
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


def make_new_address(**facts: Any) -> AddressChanged:
    return AddressChanged(
        **{
            "account_id": CHLOE,
            "email": EMAIL,
            "new_email": "chloe@example.net",
            "token": SecretStr("r3v&rt/+="),
            "language": Language.FR,
            "occurred_at": NOW,
            "expires_at": NOW + timedelta(hours=72),
            "facts": {"device": "Firefox, Linux", "ip": "203.0.113.7"},
            **facts,
        }
    )


def make_export(now: datetime = NOW, **facts: Any) -> ExportReady:
    return ExportReady(
        **{
            "export_id": new_id(),
            "account_id": CHLOE,
            "email": EMAIL,
            "token": SecretStr("exp0rt&/+="),
            "language": Language.FR,
            "size_bytes": 3_456_789,
            "expires_at": now + timedelta(hours=24),
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


def make_withdrawal(reminder: ReminderDue, **facts: Any) -> ReminderWithdrawn:
    return ReminderWithdrawn(
        **{
            "reminder_id": reminder.reminder_id,
            "owner_id": reminder.owner_id,
            "vehicle_id": reminder.vehicle_id,
            "occurrence": reminder.occurrence,
            "states": (reminder.state,),
            "because": WithdrawnBecause.DONE,
            **facts,
        }
    )


def make_request(**facts: Any) -> ReadingWanted:
    return ReadingWanted(
        **{
            "vehicle_id": new_id(),
            "owner_id": CHLOE,
            "vehicle_name": "Peugeot 208",
            "last_read_on": date(2026, 9, 12),
            "occurrence": "reading:2026-11-22",
            "channels": ("inbox", "mail"),
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


def make_judgement(owner_id: UUID = CHLOE, **facts: Any) -> ReadingsJudged:
    return ReadingsJudged(
        **{
            "judgement_id": new_id(),
            "vehicle_id": new_id(),
            "owner_id": owner_id,
            "vehicle_name": "Peugeot 208",
            "doubted": (judged(118_902_000, date(2026, 5, 1)),),
            "believed": (judged(112_205_000, date(2026, 5, 7)),),
            "odometer_m": 112_533_000,
            **facts,
        }
    )


def judged(metres: int | None, on: date, minutes: int | None = None) -> JudgedReading:
    return JudgedReading(reading_id=new_id(), read_on=on, metres=metres, minutes=minutes)


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


def make_invitation(now: datetime = NOW, **facts: Any) -> InvitationIssued:
    return InvitationIssued(
        **{
            "invitation_id": new_id(),
            "account_id": CHLOE,
            "email": "lea@example.org",
            "token": SecretStr("1nv1t3"),
            "language": Language.FR,
            "vehicle_name": "Peugeot 208",
            "inviter_name": "Chloé",
            "role": Role.EDITOR,
            "expires_at": now + timedelta(days=7),
            **facts,
        }
    )


def make_handover(now: datetime = NOW, **facts: Any) -> HandoverOffered:
    return HandoverOffered(
        **{
            "handover_id": new_id(),
            "account_id": CHLOE,
            "email": "lea@example.org",
            "token": SecretStr("h4nd0v3r"),
            "language": Language.FR,
            "vehicle_name": "Peugeot 208",
            "giver_name": "Chloé",
            "include_costs": True,
            "include_documents": True,
            "expires_at": now + timedelta(days=14),
            **facts,
        }
    )


def make_sharing(kind: SharingKind = SharingKind.MEMBER_JOINED, **facts: Any) -> SharingNotice:
    return SharingNotice(
        **{
            "notice_id": new_id(),
            "account_id": CHLOE,
            "kind": kind,
            "vehicle_id": new_id(),
            "vehicle_name": "Peugeot 208",
            "other_name": "Hugo",
            "role": Role.EDITOR,
            "occurred_at": NOW,
            **facts,
        }
    )


def make_booking(
    happened: BookingHappened = BookingHappened.CONFIRMED, **facts: Any
) -> BookingNotice:
    starts_at = NOW + timedelta(days=7)
    return BookingNotice(
        **{
            "notice_id": new_id(),
            "account_id": CHLOE,
            "audience": BookingSide.CUSTOMER,
            "happened": happened,
            "by": BookingSide.GARAGE,
            "booking_id": new_id(),
            "garage_id": new_id(),
            "garage_name": "Garage du Parc",
            "garage_phone": "+33 1 99 00 12 34",
            "garage_address": "12 rue du Parc, 69006 Lyon",
            "vehicle_name": "Peugeot 208",
            "customer_name": None,
            "services": ("Vidange", "Freins avant"),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=90),
            "timezone": "Europe/Paris",
            "calendar": None,
            "occurred_at": NOW,
            **facts,
        }
    )


def make_claim(now: datetime = NOW, **facts: Any) -> GarageClaimed:
    return GarageClaimed(
        **{
            "claim_id": new_id(),
            "account_id": CHLOE,
            "email": "contact@parc.example",
            "code": SecretStr("7K3M-9TQX-02FD"),
            "language": Language.FR,
            "garage_name": "Garage du Parc",
            "claimant_name": "Chloé",
            "expires_at": now + timedelta(hours=24),
            **facts,
        }
    )


def make_staff_invitation(now: datetime = NOW, **facts: Any) -> GarageStaffInvited:
    return GarageStaffInvited(
        **{
            "invitation_id": new_id(),
            "account_id": CHLOE,
            "email": "lea@example.org",
            "token": SecretStr("st4ff"),
            "language": Language.FR,
            "garage_name": "Garage du Parc",
            "inviter_name": "Chloé",
            "expires_at": now + timedelta(days=7),
            **facts,
        }
    )


def make_garage_notice(kind: GarageNewsKind, **facts: Any) -> GarageNotice:
    return GarageNotice(
        **{
            "notice_id": new_id(),
            "account_id": CHLOE,
            "kind": kind,
            "garage_id": new_id(),
            "garage_name": "Garage du Parc",
            "words": "Hugo",
            "occurred_at": NOW,
            **facts,
        }
    )


def every_booking() -> dict[str, BookingNotice]:
    """Each way in which a booking is told, to either side."""
    mine, theirs = BookingSide.CUSTOMER, BookingSide.GARAGE
    until, price = NOW + timedelta(days=6), MoneyAmount(amount_minor=18_990, currency="EUR")
    told: dict[str, Any] = {
        "asked": {"by": mine},
        "confirmed": {"cancel_until": until, "calendar": CalendarEntry.CONFIRMED},
        "changed": {"before": NOW + timedelta(days=5), "calendar": CalendarEntry.CONFIRMED},
        "cancelled": {
            "reason": "Pont en panne",
            "calendar": CalendarEntry.CANCELLED,
            "next_free": (NOW + timedelta(days=8), NOW + timedelta(days=8, minutes=15)),
        },
        "expired": {"by": BookingSide.CLOCK},
        "no_show": {},
        "day_before": {"by": BookingSide.CLOCK},
        "completed": {"price": price, "is_drafted": True},
    }
    found = {
        f"booking_{name}": make_booking(BookingHappened(name), **said)
        for name, said in told.items()
    }
    for name in ("changed", "cancelled"):
        found[f"booking_{name}_self"] = make_booking(BookingHappened(name), by=mine)
    for name, by in (
        ("asked", mine),
        ("changed", mine),
        ("cancelled", mine),
        ("expired", BookingSide.CLOCK),
    ):
        found[f"garage_{name}"] = make_booking(
            BookingHappened(name), by=by, audience=theirs, customer_name="Hugo"
        )
    found["booking_of_an_advertiser"] = make_booking(
        BookingHappened.CANCELLED,
        garage_name="www.casino.example",
        garage_address=None,
        garage_phone=None,
        reason="see https://casino.example",
        services=(),
    )
    found["garage_asked_by_nobody"] = make_booking(
        BookingHappened.ASKED, by=mine, audience=theirs, customer_name="www.casino.example"
    )
    return found


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


def make_case(kind: CaseNews = CaseNews.REPORTED, **facts: Any) -> CaseNotice:
    return CaseNotice(
        **{
            "notice_id": new_id(),
            "account_id": CHLOE,
            "kind": kind,
            "diagnostic_id": new_id(),
            "vehicle_id": new_id(),
            "vehicle_name": "Peugeot 308",
            "title": "La pédale de frein est molle",
            "severity": "high",
            "other_name": "Hugo",
            "occurred_at": NOW,
            **facts,
        }
    )


def make_every_news() -> dict[str, News]:
    """One of each kind, and of each wording of those that have several."""
    subscription: dict[str, dict[str, Any]] = {
        "upgraded": {"plan": Plan.PREMIUM, "previous_plan": Plan.STANDARD},
        "downgraded": {"plan": Plan.STANDARD, "previous_plan": Plan.PREMIUM},
        "started": {},
        "cancelling": {"previous_plan": Plan.STANDARD, "cancel_at": NOW + timedelta(days=31)},
        "ended": {"plan": Plan.FREE, "previous_plan": Plan.PREMIUM, "amount": None},
        "recovered": {"previous_plan": Plan.STANDARD, "previous_status": "past_due"},
        "canceled": {"previous_plan": Plan.STANDARD, "status": "canceled", "cancel_at": NOW},
    }
    found: list[tuple[str, News | None]] = [
        *((f"code_{p.value}", account_news.of_code(make_code(purpose=p))) for p in CodePurpose),
        *(
            (f"password_reset_{r}", account_news.of_password_reset(make_reset(reason=r)))
            for r in ResetReason
        ),
        ("welcome", account_news.of_verification(make_account())),
        *((kind.value, account_news.of_notice(make_notice(kind))) for kind in NoticeKind),
        (
            "sessions_ended_by_copy",
            account_news.of_notice(
                make_notice(NoticeKind.SESSIONS_ENDED, facts={"reason": "token_copied"})
            ),
        ),
        *(
            (
                f"sessions_ended_{reason}",
                account_news.of_notice(
                    make_notice(NoticeKind.SESSIONS_ENDED, facts={"reason": reason})
                ),
            )
            for reason in ("locked", "administered", "email_reverted")
        ),
        ("address_changed", account_news.of_new_address(make_new_address())),
        ("export_ready", account_news.of_export(make_export())),
        (
            "api_key_created_named",
            account_news.of_notice(
                make_notice(NoticeKind.API_KEY_CREATED, facts={"key_name": "Home Assistant"})
            ),
        ),
        (
            "impersonated_because",
            account_news.of_notice(
                make_notice(
                    NoticeKind.IMPERSONATED,
                    facts={"reason": "Ticket 4711: invoice not shown", "minutes": "15"},
                )
            ),
        ),
        (
            "passkey_added_by_name",
            account_news.of_notice(
                make_notice(NoticeKind.PASSKEY_ADDED, facts={"passkey": "Téléphone"})
            ),
        ),
        (
            "provider_linked_by_name",
            account_news.of_notice(
                make_notice(NoticeKind.PROVIDER_LINKED, facts={"provider": "Démo"})
            ),
        ),
        (
            "provider_unlinked_by_name",
            account_news.of_notice(
                make_notice(NoticeKind.PROVIDER_UNLINKED, facts={"provider": "Démo"})
            ),
        ),
        *(
            (
                f"factor_{change}",
                account_news.of_notice(
                    make_notice(NoticeKind.FACTOR_CHANGED, facts={"reason": change})
                ),
            )
            for change in (
                "totp_added",
                "totp_removed",
                "passkey_required",
                "passkey_not_required",
                "recovery_codes_renewed",
            )
        ),
        ("notice_without_facts", account_news.of_notice(make_notice(facts={}))),
        (
            "email_changed_to",
            account_news.of_notice(
                make_notice(NoticeKind.EMAIL_CHANGED, facts={"new_email": "chloe@example.net"})
            ),
        ),
        ("draft_ready", vehicle_news.of_draft(make_draft())),
        (
            "draft_poor",
            vehicle_news.of_draft(
                make_draft(
                    vehicle_id=None,
                    vehicle_name=None,
                    vendor=None,
                    service_date=None,
                    total=None,
                    missing=("vehicle", "service_date", "total", "mileage", "colour of the sky"),
                )
            ),
        ),
        ("reminder_due", vehicle_news.of_reminder(make_reminder())),
        (
            "reminder_by_distance",
            vehicle_news.of_reminder(
                make_reminder(due_on=None, due_from=None, due_to=None, distance_unit="mi")
            ),
        ),
        ("readings_judged", vehicle_news.of_judgement(make_judgement())),
        (
            "readings_believed",
            vehicle_news.of_judgement(make_judgement(doubted=(), odometer_m=None)),
        ),
        (
            "hours_judged",
            vehicle_news.of_judgement(
                make_judgement(doubted=(judged(None, date(2026, 5, 1), 247_230),), believed=())
            ),
        ),
        *(
            (f"reminder_{state}", vehicle_news.of_reminder(make_reminder(state=state)))
            for state in (ToldState.DUE, ToldState.OVERDUE, ToldState.ESCALATED)
        ),
        (
            "reminder_overdue_by_distance",
            vehicle_news.of_reminder(
                make_reminder(state=ToldState.OVERDUE, due_on=None, due_from=None, due_to=None)
            ),
        ),
        ("reading_wanted", vehicle_news.of_reading_wanted(make_request())),
        ("reminder_by_date", vehicle_news.of_reminder(make_reminder(due_odometer_m=None))),
        *(
            (f"document_{s.value}", document_news.of_reading(make_reading(s)))
            for s in ReadStatus
            if s is not ReadStatus.OK
        ),
        *(
            (
                f"expiring_{t.value}_{d}",
                document_news.of_expiry(make_expiry(document_type=t, days_left=d)),
            )
            for t, d in zip(DocumentType, (30, 7, 1, 0, 2, -1), strict=True)
        ),
        *(
            (f"subscription_{name}", billing_news.of_subscription(make_subscription(**facts)))
            for name, facts in subscription.items()
        ),
        *((name, booking_news.of_booking(event)) for name, event in every_booking().items()),
        ("invitation", sharing_news.of_invitation(make_invitation())),
        (
            "invitation_of_nobody",
            sharing_news.of_invitation(
                make_invitation(inviter_name=None, vehicle_name="www.casino.example", role="driver")
            ),
        ),
        *(
            (
                f"handover_{costs}_{papers}",
                sharing_news.of_handover(
                    make_handover(include_costs=costs, include_documents=papers)
                ),
            )
            for costs in (True, False)
            for papers in (True, False)
        ),
        (
            "handover_of_nobody",
            sharing_news.of_handover(make_handover(giver_name=None, vehicle_name="a@b.example")),
        ),
        *(
            (
                f"sharing_{kind}_{other}",
                sharing_news.of_notice(make_sharing(kind, other_name=other)),
            )
            for kind in SharingKind
            for other in ("Hugo", None)
        ),
        *(
            (f"case_{kind}_{other}", case_news.of_case(make_case(kind, other_name=other)))
            for kind in CaseNews
            for other in ("Hugo", None)
        ),
        ("garage_claim", garage_news.of_claim(make_claim())),
        (
            "garage_claim_of_nobody",
            garage_news.of_claim(make_claim(claimant_name=None, garage_name="www.casino.example")),
        ),
        ("garage_staff", garage_news.of_invited_staff(make_staff_invitation())),
        (
            "garage_staff_of_nobody",
            garage_news.of_invited_staff(make_staff_invitation(inviter_name=None)),
        ),
        *(
            (f"garage_{kind}_{words}", garage_news.of_garage(make_garage_notice(kind, words=words)))
            for kind in GarageNewsKind
            for words in ("4", None)
        ),
        ("payment_failed", billing_news.of_failed_payment(make_failure())),
        (
            "payment_to_approve",
            billing_news.of_failed_payment(make_failure(action_required=True, grace_until=None)),
        ),
    ]
    return {name: news for name, news in found if news is not None}
