"""Whose paper it is."""

from collections.abc import Mapping
from uuid import UUID

from services.vehicles.domain.care.draft import Car, Found, choose_car, read_facts
from services.vehicles.domain.cars.roles import May
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.documents import DocumentRead


async def vehicle_of_paper(
    work: Work, access: Access, document: DocumentRead, fields: Mapping[str, Found]
) -> UUID | None:
    """Of the cars whose reminders they may write; None where it could be any."""
    cars = await work.vehicles.all_allowed(access, May.WRITE_CARE)
    known = [Car(id=car.id, plate=car.plate_key, vin=car.vin) for car in cars]
    facts = read_facts(fields, [], today=work.today)
    choice = choose_car(known, named=document.vehicle_id, plate=facts.plate, vin=facts.vin)
    return choice.vehicle_id
