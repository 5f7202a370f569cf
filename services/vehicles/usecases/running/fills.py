from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.cars.energies import Energy, QuantityUnit, chain_of
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.doubts import Doubts, Judged, Usual, doubts_of
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.storage.running.fills import FilledCar
from services.vehicles.storage.running.models import EnergyTariff, Fill
from services.vehicles.usecases.cars.days import days_told
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.owners import stand_by
from services.vehicles.usecases.running.describing import FillFacts, describe, paid_of
from services.vehicles.usecases.running.readings import follow_fills
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class ToldFill:
    """A fill with what can be said of it beside its car."""

    fill: Fill
    car: FilledCar
    doubts: Doubts
    reading: OdometerReading | None
    shows_costs: bool


async def add_fill(
    work: Work, *, access: Access, facts: FillFacts, guest: str | None = None
) -> ToldFill:
    """`guest`: by a guest of that name, in the owner's place.

    Its reading goes into the ledger, believed or not. Raises NotFound, RoleInsufficient and what `describe` refuses.
    """
    vehicle = await hold_vehicle(
        work, access=access, vehicle_id=facts["vehicle_id"], may=May.ADD_FILL
    )
    fill = new_fill(work, access, vehicle, facts.get("id"), guest)
    tariff = await _tariff(work, access, vehicle, facts.get("tariff_id"), None)
    await describe(work, fill=fill, vehicle=vehicle, facts=facts, tariff=tariff)
    work.fills.add(fill)
    await follow_fills(work, vehicle=vehicle, changed=[fill])
    return await read_told(work, access=access, fill=fill)


def new_fill(
    work: Work, access: Access, vehicle: Vehicle, id_: UUID | None, guest: str | None = None
) -> Fill:
    """Not described yet, and not kept. `guest`: by whose link it is written down."""
    return Fill(
        id=id_ or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=None if guest else access.person,
        guest=guest,
        version=1,
        is_full=True,
        missed_before=False,
        odometer_derived=False,
        document_ids=[],
        created_at=work.now,
        updated_at=work.now,
    )


async def edit_fill(work: Work, *, access: Access, fill_id: UUID, facts: FillFacts) -> ToldFill:
    """Held in one order: cars, tariff, fill; so that a tariff that changes meanwhile prices it before or after, never not at all."""
    links = await work.fills.links_of(access, fill_id)
    after = facts.get("vehicle_id", links.vehicle_id)
    held = {
        vehicle_id: await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.ADD_FILL)
        for vehicle_id in sorted({links.vehicle_id, after}, key=str)
    }
    vehicle = held[after]
    await stand_by(work, vehicle, access)
    tariff_id = facts.get("tariff_id", links.tariff_id)
    tariff = await _tariff(work, access, vehicle, tariff_id, links.tariff_id)
    fill = await work.fills.one_changed(access, fill_id)
    fill.vehicle_id, fill.owner_id = vehicle.id, vehicle.owner_id
    await describe(work, fill=fill, vehicle=vehicle, facts=facts, tariff=tariff)
    _changed(work, fill)
    for vehicle_id in dict.fromkeys((links.vehicle_id, after)):  # out of the one, into the other
        await stand_by(work, held[vehicle_id], access)
        await follow_fills(work, vehicle=held[vehicle_id], changed=[fill])
    return await read_told(work, access=access, fill=fill)


async def remove_fill(work: Work, *, access: Access, fill_id: UUID) -> None:
    """Into the trash, with its reading; it can be taken out again for 30 days."""
    links = await work.fills.links_of(access, fill_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=links.vehicle_id, may=May.ADD_FILL)
    fill = await work.fills.one_changed(access, fill_id)
    fill.trashed_at = work.now
    _changed(work, fill)
    await follow_fills(work, vehicle=vehicle, changed=[fill])


async def restore_fill(work: Work, *, access: Access, fill_id: UUID) -> ToldFill:
    """Out of the trash, with its reading, which is judged anew."""
    links = await work.fills.links_of(access, fill_id, in_trash=True)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=links.vehicle_id, may=May.ADD_FILL)
    fill = await work.fills.one_in_trash(access, fill_id)
    fill.trashed_at = None
    _changed(work, fill)
    await follow_fills(work, vehicle=vehicle, changed=[fill])
    return await read_told(work, access=access, fill=fill)


def _changed(work: Work, fill: Fill) -> None:
    fill.version += 1
    fill.updated_at = work.now


async def _tariff(
    work: Work, access: Access, vehicle: Vehicle, wanted: UUID | None, known: UUID | None
) -> EnergyTariff | None:
    """One's own, or that of the car's owner; one that the fill has already stays, whosever it is."""
    if wanted is None:
        return None
    if wanted != known:
        owners = Access(vehicle.owner_id)
        mine = await work.tariffs.find_seen(access, wanted)
        if mine is None and await work.tariffs.find_seen(owners, wanted) is None:
            raise NotFound(pointer="/tariff")
    return await work.tariffs.held(wanted)


async def read_fill(work: Work, *, access: Access, fill_id: UUID) -> ToldFill:
    return await read_told(work, access=access, fill=await work.fills.one_seen(access, fill_id))


async def read_told(work: Work, *, access: Access, fill: Fill) -> ToldFill:
    await work.flush()
    [told] = await tell_fills(work, access=access, fills=[fill])
    return told


async def tell_fills(work: Work, *, access: Access, fills: Sequence[Fill]) -> list[ToldFill]:
    """With their doubts, from what stands beside them now: three statements, however many there are."""
    ids = {fill.vehicle_id for fill in fills}
    if not ids:
        return []
    cars = await work.fills.cars(access, ids)
    usual = await work.fills.usual_prices(ids)
    readings = await _readings(work, {fill.reading_id for fill in fills if fill.reading_id})
    days = days_told(work, access, cars.values())
    return [
        _told(
            fill,
            cars[fill.vehicle_id],
            reading=readings.get(fill.reading_id) if fill.reading_id else None,
            doubts=_doubts(
                fill,
                cars[fill.vehicle_id],
                usual.get(fill.vehicle_id, {}),
                days.of(cars[fill.vehicle_id]),
            ),
            person=access.person,
        )
        for fill in fills
        if fill.vehicle_id in cars  # else it was deleted in between, with its fills
    ]


async def _readings(work: Work, ids: Collection[UUID]) -> dict[UUID, OdometerReading]:
    if not ids:
        return {}
    return {reading.id: reading for reading in await work.readings.these(sorted(ids))}


def _told(
    fill: Fill,
    car: FilledCar,
    *,
    reading: OdometerReading | None,
    doubts: Doubts,
    person: UUID,
) -> ToldFill:
    return ToldFill(fill, car, doubts, reading, car.shows_costs or fill.made_by == person)


def _doubts(
    fill: Fill, car: FilledCar, usual: Mapping[tuple[Energy, str], Usual], today: date
) -> Doubts:
    energy = Energy(fill.energy)
    judged = Judged(
        energy=energy,
        unit=QuantityUnit(fill.unit),
        quantity=fill.quantity,
        paid=paid_of(fill),
        day=fill.day,
        tells_times=fill.tariff_id is None or fill.total_minor is not None,
        odometer_metres=None if fill.odometer_derived else fill.odometer_metres,
        by_trip_metres=fill.by_trip_metres,
        trip_metres=fill.trip_metres,
    )
    chain = chain_of(energy, car.tanks)
    return doubts_of(judged, chain=chain, energies=car.energies, usual=usual, today=today)
