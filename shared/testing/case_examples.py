"""Examples of what is told of cases: part of `examples.py`."""

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts.ai import DiagnosisAnswered
from shared.contracts.base import Event, Language
from shared.contracts.vehicles_cases import (
    CarFacts,
    CaseNews,
    CaseNotice,
    DiagnosisAsked,
    DiagnosisProgressed,
)

PERSON = UUID("01a20000-0000-7000-8000-000000000001")
CAR = UUID("01a20000-0000-7000-8000-000000000002")
THING = UUID("01a20000-0000-7000-8000-000000000004")
REQUEST = UUID("01a20000-0000-7000-8000-000000000006")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

CASE_EXAMPLES: tuple[Event, ...] = (
    DiagnosisAsked(
        diagnostic_id=THING,
        vehicle_id=CAR,
        owner_id=PERSON,
        symptoms="Bruit de freinage",
        dtc_codes=("P0420",),
        odometer_m=58_240_000,
        language=Language.FR,
        asked_at=NOW,
        request_id=REQUEST,
        car=CarFacts(make="Peugeot", model="308", year=2019, fuel_type="diesel"),
    ),
    DiagnosisProgressed(
        diagnostic_id=THING, owner_id=PERSON, request_id=REQUEST, stage="asked", percent=10
    ),
    CaseNotice(
        notice_id=THING,
        account_id=PERSON,
        kind=CaseNews.REPORTED,
        diagnostic_id=THING,
        vehicle_id=CAR,
        vehicle_name="Peugeot 308",
        title="La pédale de frein est molle",
        severity="high",
        other_name="Léa Petit",
        occurred_at=NOW,
    ),
    DiagnosisAnswered(
        diagnostic_id=THING,
        vehicle_id=CAR,
        owner_id=PERSON,
        urgency="medium",
        summary="Plaquettes avant usées",
        confidence=0.7,
        answered_at=NOW,
        request_id=REQUEST,
    ),
)
