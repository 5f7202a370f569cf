"""One valid thing each; a test overrides what it is about."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2

from shared.contracts.auth import AccountChanged
from shared.contracts.base import Language
from shared.contracts.documents import (
    DocumentChanged,
    DocumentRead,
    DocumentType,
    ReadField,
    ReadLine,
    ReadStatus,
)
from shared.ids import new_id

VIN = "VF3LBHZTXHS123456"


async def make_vehicle(client: httpx2.AsyncClient, **said: Any) -> dict[str, Any]:
    body = {"make": "Peugeot", "model": "308", "year": 2019, "fuel_type": "gasoline"} | said
    answer = await client.post("/api/vehicles", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def make_plan(client: httpx2.AsyncClient, vehicle: str, **said: Any) -> dict[str, Any]:
    body = {"template": "oil_change"} | said
    answer = await client.post(f"/api/vehicles/{vehicle}/apply-template", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def make_record(client: httpx2.AsyncClient, vehicle: str, **said: Any) -> dict[str, Any]:
    body = {"vehicle": vehicle, "service_date": "2026-01-15", "service_type": "oil_change"} | said
    answer = await client.post("/api/maintenances", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def make_reminder(client: httpx2.AsyncClient, vehicle: str, **said: Any) -> dict[str, Any]:
    body = {"vehicle": vehicle, "title": "Assurance", "due_on": "2027-03-01"} | said
    answer = await client.post("/api/reminders", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def read_odometer(
    client: httpx2.AsyncClient, vehicle: str, mileage: int, read_on: str
) -> dict[str, Any]:
    answer = await client.post(
        f"/api/vehicles/{vehicle}/odometer", json={"mileage": mileage, "read_on": read_on}
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def make_segment(client: httpx2.AsyncClient, vehicle: str, **said: Any) -> dict[str, Any]:
    """A new instrument cluster."""
    body = {"starts_on": "2020-03-02", "new_start": 0} | said
    answer = await client.post(f"/api/vehicles/{vehicle}/odometer/segments", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def kept_document(owner_id: UUID, document_id: UUID, **said: Any) -> DocumentChanged:
    """As the documents service tells of one that nobody need have read."""
    facts: dict[str, Any] = {
        "version": 1,
        "document_id": document_id,
        "owner_id": owner_id,
        "vehicle_id": None,
        "document_type": DocumentType.INVOICE,
    }
    return DocumentChanged(**facts | said)


def make_document(
    owner_id: UUID,
    *,
    fields: dict[str, str] | None = None,
    lines: tuple[str, ...] = ("Vidange moteur 5W30", "Filtre à huile", "Main d'oeuvre"),
    **said: Any,
) -> DocumentRead:
    read = {
        "vendor": "Garage du Parc",
        "invoice_number": "F2026-0042",
        "date": "2026-06-12",
        "mileage": "58240",
        "total": "189.90",
        "tax": "31.65",
        "currency": "EUR",
    } | (fields or {})
    facts: dict[str, Any] = {
        "document_id": new_id(),
        "owner_id": owner_id,
        "vehicle_id": None,
        "file_name": "facture.pdf",
        "status": ReadStatus.OK,
        "document_type": DocumentType.INVOICE,
        "type_confidence": 0.97,
        "language": "fr",
        "read_at": datetime(2026, 11, 22, 9, tzinfo=UTC),
        "fields": tuple(
            ReadField(name=name, value=value, confidence=0.95)
            for name, value in read.items()
            if value
        ),
        "lines": tuple(ReadLine(description=line) for line in lines),
    } | said
    return DocumentRead(**facts)


def make_account(account_id: UUID, **said: Any) -> AccountChanged:
    facts: dict[str, Any] = {
        "version": 1,
        "email": "claire@example.org",
        "first_name": "Claire",
        "last_name": "Morel",
        "language": Language.FR,
        "timezone": "Europe/Paris",
        "currency": "EUR",
        "distance_unit": "km",
        "verified": True,
        "switches": {},
    } | said
    return AccountChanged(account_id=account_id, **facts)
