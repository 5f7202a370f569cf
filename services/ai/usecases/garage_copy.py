"""The small copy of cars and history that advice is given from, kept by events; and the garage it makes for one request."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

import structlog

from services.ai.domain.answering import Garage
from services.ai.domain.car import Car, fuel_named, gearbox_named
from services.ai.domain.history import Record
from services.ai.storage.models import CarCopy, CarMemberCopy, RecordCopy
from services.ai.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles import MaintenanceChanged, RecordKind, VehicleChanged
from shared.db.car_members import keep_members
from shared.errors import NotFound

log = structlog.get_logger()
METRES = 1000


async def copy_car(work: Work, *, event: VehicleChanged) -> None:
    kept = None if event.deleted else event
    work.cars.keep_car(
        event.vehicle_id,
        event.version,
        {
            "owner_id": event.owner_id,
            "deleted": event.deleted,
            "make": kept.make if kept else "",
            "model": kept.model if kept else "",
            "year": kept.year if kept else None,
            "fuel_type": kept.fuel_type if kept else None,
            "transmission": kept.transmission if kept else None,
            "odometer_m": kept.odometer_m if kept else None,
            "odometer_read_on": kept.odometer_read_on if kept else None,
            "first_registration": kept.first_registration if kept else None,
            "country": kept.country if kept else None,
            "annual_distance_m": kept.annual_distance_m if kept else None,
            "heard_at": work.now,
        },
    )
    await work.flush()
    if await work.cars.is_newest(event.vehicle_id, event.version):
        members = kept.members if kept else ()
        await keep_members(work, CarMemberCopy, vehicle_id=event.vehicle_id, members=members)


async def copy_record(work: Work, *, event: MaintenanceChanged) -> None:
    """Of a credit note only that there is one: its text names work that was not done."""
    says = not event.deleted and event.kind is RecordKind.SERVICE
    work.cars.keep_record(
        event.record_id,
        event.version,
        {
            "owner_id": event.owner_id,
            "vehicle_id": event.vehicle_id,
            "deleted": event.deleted,
            "status": event.status.value,
            "service_date": event.service_date,
            "odometer_m": event.odometer_m if says else None,
            "services": list(event.services) if says else [],
            "text": " , ".join(part for part in (event.title, event.text) if part) if says else "",
            "heard_at": work.now,
        },
    )


def car_of(row: CarCopy) -> Car:
    metres = row.odometer_m
    return Car(
        make=row.make,
        model=row.model,
        year=row.year,
        fuel=fuel_named(row.fuel_type),
        gearbox=gearbox_named(row.transmission),
        engine=row.model,
        mileage_km=round(metres / METRES) if metres is not None else None,
        first_registration=row.first_registration,
    )


def record_of(row: RecordCopy) -> Record:
    return Record(
        row.service_date,
        round(row.odometer_m / METRES) if row.odometer_m is not None else None,
        row.text,
        row.status,
        tuple(row.services),
    )


async def load_garage(work: Work, *, access: Access, chosen: UUID | None = None) -> Garage:
    """Everything the owner has, under opaque references v1, v2…; NotFound when the chosen car is not theirs."""
    rows = await work.cars.all_seen(access)
    refs = {row.id: f"v{place}" for place, row in enumerate(rows, start=1)}
    if chosen is not None and chosen not in refs:
        raise NotFound(pointer="/vehicle_id")
    records = await work.cars.records(access, list(refs)) if refs else []
    return _garage(work, rows, records, refs, refs.get(chosen) if chosen else None)


class Asked(Protocol):
    """Who asks, and about which car: one of theirs, or one they describe."""

    @property
    def owner_id(self) -> UUID: ...
    @property
    def vehicle_id(self) -> UUID | None: ...
    @property
    def described(self) -> Car | None: ...
    @property
    def country(self) -> str | None: ...


async def garage_of(work: Work, asked: Asked) -> Garage:
    """Raises NotFound for a car that is not theirs."""
    if asked.vehicle_id is not None:
        return await load_garage(work, access=Access(asked.owner_id), chosen=asked.vehicle_id)
    return Garage(
        cars={"v1": asked.described or Car()},
        country={"v1": asked.country or work.settings.default_country},
        chosen="v1",
    )


def _garage(
    work: Work,
    rows: Sequence[CarCopy],
    records: Sequence[RecordCopy],
    refs: dict[UUID, str],
    chosen: str | None,
) -> Garage:
    country, day_of = work.settings.default_country, work.day_of
    by_car: dict[str, list[Record]] = {}
    newest: dict[str, date] = {}
    for one in records:
        if not one.text and not one.services:
            continue
        ref = refs[one.vehicle_id]
        by_car.setdefault(ref, []).append(record_of(one))
        newest[ref] = max(newest.get(ref, date.min), day_of(one.heard_at))
    return Garage(
        cars={refs[row.id]: car_of(row) for row in rows},
        records=by_car,
        country={refs[row.id]: row.country or country for row in rows},
        annual_km={
            refs[row.id]: round(row.annual_distance_m / METRES) if row.annual_distance_m else None
            for row in rows
        },
        as_of={
            refs[row.id]: max(day_of(row.heard_at), newest.get(refs[row.id], date.min))
            for row in rows
        },
        chosen=chosen,
    )
