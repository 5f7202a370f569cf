"""What becomes of records, drafts and reminders when their car changes hands."""

from typing import Any

from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.announce import announce_record
from services.vehicles.usecases.care.occurrences import follow_handover, forget_what
from services.vehicles.usecases.work import Terms, Work

PRICES = ("unit_price_minor", "total_minor")


async def hand_over_care(work: Work, vehicle: Vehicle, terms: Terms) -> None:
    """Records go, without what is not included; plans go with the car; the giver's reminders end, and unread papers stay theirs."""
    for record in await work.records.all_of_vehicle(vehicle.id):
        record.owner_id = terms.receiver
        if not terms.include_documents:
            record.document_ids = []
        if not terms.include_costs:
            record.cost_minor = record.tax_minor = None
            record.lines = [_without_prices(line) for line in record.lines]
        announce_record(work, record=record)
    await work.cases.hand_over(vehicle.id, terms.receiver, documents=terms.include_documents)
    if not terms.include_documents:
        for draft in await work.drafts.of_vehicle(vehicle.id):
            draft.vehicle_id = None
        for done in await work.obligations.of_vehicle(vehicle.id):
            done.document_id = None
    for reminder in await work.reminders.of_vehicle(vehicle.id):
        await forget_what(work, vehicle=vehicle, what_id=reminder.id)
        await work.reminders.remove(reminder)
    await follow_handover(work, vehicle)


def _without_prices(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, **dict.fromkeys(PRICES)}
