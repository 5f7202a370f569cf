"""One valid example of each event: printed in docs/events.md, tried by tests/contracts, sent by hostile and shuffled tests."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from pydantic import SecretStr

from shared.contracts.ai import DiagnosisAnswered
from shared.contracts.auth import (
    AccountChanged,
    AccountDeletionStarted,
    AccountExportStarted,
    AddressChanged,
    CodeIssued,
    CodePurpose,
    ExportReady,
    NoticeKind,
    PasswordResetAsked,
    SecurityNotice,
    SessionsRevoked,
)
from shared.contracts.base import Event, Language, MoneyAmount
from shared.contracts.billing import EntitlementsChanged, PaymentFailed, SubscriptionChanged
from shared.contracts.copies import (
    Digest,
    DigestsSaid,
    Head,
    StatesAsked,
    SubjectsGone,
    VersionsSaid,
)
from shared.contracts.documents import (
    DocumentChanged,
    DocumentExpiring,
    DocumentProgressed,
    DocumentRead,
    DocumentType,
    ExportPacked,
    ReadField,
    ReadLine,
    ReadStatus,
)
from shared.contracts.erasure import AccountErased
from shared.contracts.export import DataPage
from shared.contracts.features import ALLOWS, OPENS, Plan
from shared.contracts.notifications import MailBounced, NotificationCreated
from shared.contracts.vehicles import (
    DiagnosisAsked,
    JudgedReading,
    MaintenanceChanged,
    MaintenanceDrafted,
    OdometerRead,
    ReadingsJudged,
    RecordStatus,
    ReminderDue,
    VehicleChanged,
)

PERSON = UUID("01a20000-0000-7000-8000-000000000001")
CAR = UUID("01a20000-0000-7000-8000-000000000002")
PAPER = UUID("01a20000-0000-7000-8000-000000000003")
THING = UUID("01a20000-0000-7000-8000-000000000004")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 12)
INVOICE_TOTAL = MoneyAmount(amount_minor=18990, currency="EUR")
EMAIL = "claire@example.org"

EXAMPLES: tuple[Event, ...] = (
    AccountChanged(
        version=2,
        account_id=PERSON,
        email=EMAIL,
        first_name="Claire",
        last_name="Morel",
        language=Language.FR,
        timezone="Europe/Paris",
        currency="EUR",
        distance_unit="km",
        verified=True,
        switches={"email_notifications": True, "maintenance_reminders": True},
    ),
    CodeIssued(
        account_id=PERSON,
        email=EMAIL,
        code=SecretStr("042917"),
        purpose=CodePurpose.VERIFY_EMAIL,
        language=Language.FR,
        expires_at=NOW + timedelta(minutes=10),
    ),
    PasswordResetAsked(
        account_id=PERSON,
        email=EMAIL,
        token=SecretStr("q7ZbX2…"),
        language=Language.FR,
        expires_at=NOW + timedelta(hours=1),
    ),
    SecurityNotice(
        account_id=PERSON,
        email=EMAIL,
        kind=NoticeKind.NEW_DEVICE,
        language=Language.FR,
        occurred_at=NOW,
        facts={"device": "Firefox, Linux"},
    ),
    SessionsRevoked(account_id=PERSON, session_ids=(THING,), until=NOW + timedelta(minutes=10)),
    AccountDeletionStarted(account_id=PERSON, started_at=NOW),
    VersionsSaid(
        said_id=THING,
        of=VehicleChanged.topic,
        heads=(Head(subject=CAR, person=PERSON, version=3),),
    ),
    DigestsSaid(
        said_id=THING,
        of=VehicleChanged.topic,
        digests=(Digest(person=PERSON, count=2, versions=7),),
    ),
    StatesAsked(account_id=PERSON, of=VehicleChanged.topic, asked_by="ai", subjects=(CAR,)),
    SubjectsGone(account_id=PERSON, of=VehicleChanged.topic, subjects=(CAR,)),
    AccountErased(account_id=PERSON, service="vehicles", erased_at=NOW),
    AddressChanged(
        account_id=PERSON,
        email=EMAIL,
        new_email="claire@example.net",
        token=SecretStr("h3LdV9…"),
        language=Language.FR,
        occurred_at=NOW,
        expires_at=NOW + timedelta(hours=72),
    ),
    AccountExportStarted(export_id=THING, account_id=PERSON, language=Language.FR, started_at=NOW),
    DataPage(
        export_id=THING,
        account_id=PERSON,
        service="vehicles",
        number=0,
        is_last=True,
        content=SecretStr("H4sIAAAAAAACA6tWKi1OLVKyUlAqS8xNVapVAABOQn9YEQAAAA=="),
        counts={"vehicles": 1},
    ),
    ExportPacked(
        export_id=THING,
        account_id=PERSON,
        size_bytes=184_320,
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        packed_at=NOW,
        expires_at=NOW + timedelta(hours=24),
    ),
    ExportReady(
        export_id=THING,
        account_id=PERSON,
        email=EMAIL,
        token=SecretStr("u8KpR4…"),
        language=Language.FR,
        size_bytes=184_320,
        expires_at=NOW + timedelta(hours=24),
    ),
    VehicleChanged(
        version=1,
        vehicle_id=CAR,
        owner_id=PERSON,
        make="Peugeot",
        model="308",
        year=2019,
        fuel_type="gasoline",
        transmission="manual",
        vin_prefix="VF3K",
        odometer_m=45_000_000,
        odometer_read_on=DAY,
    ),
    OdometerRead(
        vehicle_id=CAR,
        owner_id=PERSON,
        reading_id=THING,
        reading_m=58_240_000,
        read_on=DAY,
        source="invoice",
    ),
    ReadingsJudged(
        vehicle_id=CAR,
        owner_id=PERSON,
        vehicle_name="Peugeot 308",
        doubted=(JudgedReading(reading_id=THING, read_on=DAY, metres=118_902_000),),
        believed=(JudgedReading(reading_id=PAPER, read_on=DAY, metres=112_205_000),),
        odometer_m=112_533_000,
    ),
    MaintenanceDrafted(
        draft_id=THING,
        owner_id=PERSON,
        document_id=PAPER,
        vehicle_id=CAR,
        vehicle_name="Peugeot 308",
        vendor="Garage du Parc",
        service_date=DAY,
        total=INVOICE_TOTAL,
        missing=(),
    ),
    MaintenanceChanged(
        version=1,
        record_id=THING,
        vehicle_id=CAR,
        owner_id=PERSON,
        status=RecordStatus.COMPLETED,
        service_date=DAY,
        odometer_m=58_240_000,
        services=("engine_oil",),
        title="Vidange",
        text="Vidange huile moteur 5W30, filtre à huile",
        cost=INVOICE_TOTAL,
    ),
    ReminderDue(
        reminder_id=THING,
        owner_id=PERSON,
        vehicle_id=CAR,
        vehicle_name="Peugeot 308",
        service="engine_oil",
        titles={Language.FR: "Vidange", Language.EN: "Oil change", Language.ES: "Cambio de aceite"},
        due_on=date(2027, 11, 12),
        due_from=date(2027, 10, 20),
        due_to=date(2027, 11, 12),
        due_odometer_m=73_240_000,
        occurrence="1",
    ),
    DiagnosisAsked(
        diagnostic_id=THING,
        vehicle_id=CAR,
        owner_id=PERSON,
        symptoms="Bruit de freinage",
        dtc_codes=("P0420",),
        odometer_m=58_240_000,
        language=Language.FR,
        asked_at=NOW,
    ),
    EntitlementsChanged(
        version=2,
        user_id=PERSON,
        plan=Plan.STANDARD,
        status="active",
        features=tuple(sorted(OPENS[Plan.STANDARD])),
        limits=ALLOWS[Plan.STANDARD],
        effective_at=NOW,
    ),
    SubscriptionChanged(
        version=2,
        user_id=PERSON,
        plan=Plan.STANDARD,
        previous_plan=Plan.FREE,
        status="active",
        previous_status=None,
        amount=MoneyAmount(amount_minor=999, currency="EUR"),
        interval="month",
        current_period_end=NOW + timedelta(days=31),
        cancel_at=None,
    ),
    PaymentFailed(
        user_id=PERSON,
        invoice_ref="in_1",
        amount=MoneyAmount(amount_minor=999, currency="EUR"),
        hosted_invoice_url=None,
        grace_until=NOW + timedelta(days=7),
    ),
    DocumentChanged(
        version=1,
        document_id=PAPER,
        owner_id=PERSON,
        vehicle_id=CAR,
        document_type=DocumentType.INVOICE,
    ),
    DocumentProgressed(document_id=PAPER, owner_id=PERSON, stage="recognising", percent=40),
    DocumentRead(
        document_id=PAPER,
        owner_id=PERSON,
        vehicle_id=None,
        file_name="facture.pdf",
        status=ReadStatus.OK,
        document_type=DocumentType.INVOICE,
        type_confidence=0.99,
        language="fr",
        fields=(
            ReadField(name="date", value="2026-11-12", confidence=0.98),
            ReadField(name="plate", value="FX-482-KL", confidence=0.99),
            ReadField(name="total", value="189.90", confidence=0.99),
        ),
        lines=(ReadLine(description="Vidange huile moteur 5W30", quantity="1", amount="89.00"),),
        read_at=NOW,
    ),
    DocumentExpiring(
        document_id=PAPER,
        owner_id=PERSON,
        document_type=DocumentType.INSURANCE,
        file_name="attestation.pdf",
        expires_on=date(2026, 12, 22),
        days_left=30,
    ),
    DiagnosisAnswered(
        diagnostic_id=THING,
        vehicle_id=CAR,
        owner_id=PERSON,
        urgency="medium",
        summary="Plaquettes avant usées",
        confidence=0.7,
        answered_at=NOW,
    ),
    NotificationCreated(
        notification_id=THING, user_id=PERSON, kind="reminder_due", title="Vidange", created_at=NOW
    ),
    MailBounced(user_id=PERSON, delivery_id=THING, reason="550 no such user"),
)
