"""A forecast that hangs on an old reading asks for a new one: seldom, in the inbox, and taken back when the reading is there."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel

from services.vehicles.domain.cars.forecast import ASK_EVERY, ASK_OLDER_THAN, DueRange, should_ask
from services.vehicles.domain.cars.lifecycle import Lifecycle
from services.vehicles.domain.cars.roles import ROLES_THAT_MAY, May
from services.vehicles.storage.care.reminder_models import Occurrence, ReadingRequest
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.withdrawals import Withdrawn, withdraw
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles import ReadingWanted, ToldState, WithdrawnBecause
from shared.local_day import daytime_from, latest_day, morning_of

ASK = "vehicles.ask_for_reading"
BATCH = 500
CHANNELS = ("inbox",)


class AskPerson(BaseModel):
    owner_id: UUID
    vehicle_id: UUID
    asked_on: date


async def ask_again(
    work: Work, vehicle: Vehicle, rows: Sequence[Occurrence], request: ReadingRequest | None
) -> None:
    """When to ask, after a car has changed; a request that is answered is taken back. The caller holds vehicle and request.

    `rows`: what falls due of it.
    """
    asked_on = request.asked_on if request else None
    ask_on = _first_day(vehicle, rows, asked_on, work.today)
    if request is None:
        if ask_on is None:
            return
        request = await work.reading_requests.begin(vehicle)
    request.ask_on = ask_on
    read_on = vehicle.odometer_on
    is_read = read_on is not None and asked_on is not None and read_on >= asked_on
    if request.is_open and is_read:
        request.is_open = False
        await withdraw(
            work, vehicle.id, [Withdrawn(request.key, vehicle.id, WithdrawnBecause.READ)]
        )


def _first_day(
    vehicle: Vehicle, rows: Sequence[Occurrence], asked_on: date | None, today: date
) -> date | None:
    """From today on. A range does not move until the car changes: it is wide for the days that are left from one day on."""
    ranges = [
        DueRange(row.earliest, row.forecast_on, row.latest)
        for row in rows
        if row.due_metres is not None and row.passed_on is None and row.forecast_on != row.due_on
    ]
    read_on = vehicle.odometer_on
    begins = max(
        today,
        read_on + timedelta(days=ASK_OLDER_THAN + 1) if read_on else today,
        asked_on + timedelta(days=ASK_EVERY) if asked_on else today,
    )
    days = [(max(_wide_from(found) or begins, begins), found) for found in ranges]
    wanted = [day for day, found in days if _asks(vehicle, found, asked_on, day)]
    return min(wanted, default=None)


def _wide_from(found: DueRange) -> date | None:
    """The first day on which a range is wider than half the days left; None: whenever."""
    if found.on is None or found.earliest is None or found.latest is None:
        return None
    width = (found.latest - found.earliest).days
    return found.on - timedelta(days=max(2 * width - 1, 0))


def _asks(vehicle: Vehicle, found: DueRange, asked_on: date | None, today: date) -> bool:
    return should_ask(
        found,
        is_distance_first=True,
        read_on=vehicle.odometer_on,
        asked_on=asked_on,
        is_laid_up=vehicle.lifecycle != Lifecycle.ACTIVE,
        today=today,
    )


async def queue_requests(work: Work) -> None:
    """One job for each person who may be asked, in their morning."""
    day = latest_day(work.now)
    while requests := await work.reading_requests.to_look_at(day, limit=BATCH):
        readers = await work.reminder_preferences.readers({one.vehicle_id for one in requests})
        people = {account_id for found in readers.values() for account_id in found}
        zones = await work.owners.zones_of(people)
        kept = await work.vehicles.zones({one.vehicle_id for one in requests})
        for request in requests:
            on = max(request.ask_on or day, day - timedelta(days=1))
            request.asked_on, request.is_open = on, True
            request.ask_on = on + timedelta(days=ASK_EVERY)
            for account_id in readers.get(request.vehicle_id, ()):
                work.enqueue(
                    ASK,
                    AskPerson(owner_id=account_id, vehicle_id=request.vehicle_id, asked_on=on),
                    run_at=daytime_from(
                        morning_of(on, kept.get(request.vehicle_id), zones.get(account_id)),
                        now=work.now,
                        zone=zones.get(account_id),
                    ),
                    key=f"{account_id}:{request.vehicle_id}",
                )
        await work.flush()


async def ask_person(work: Work, *, owner_id: UUID, vehicle_id: UUID, asked_on: date) -> None:
    """Once, if nobody has answered meanwhile and they want to be asked."""
    access = Access(owner_id)
    await stand_with(work, access)
    vehicle = await work.vehicles.find_seen(access, vehicle_id)
    request = await work.reading_requests.held(vehicle_id)
    if vehicle is None or request is None or not request.is_open or request.asked_on != asked_on:
        return
    members = await work.reminder_preferences.members([vehicle_id])
    mine = next((one for one in members.get(vehicle_id, ()) if one.account_id == owner_id), None)
    if mine is None or not mine.choice.readings or mine.role not in ROLES_THAT_MAY[May.ADD_READING]:
        return
    if vehicle.odometer_on is None or vehicle.lifecycle != Lifecycle.ACTIVE:
        return
    channels = await work.notices.add_once(
        account_id=owner_id,
        occurrence=request.key,
        state=ToldState.READING_WANTED,
        channels=CHANNELS,
        vehicle_id=vehicle_id,
        told_at=work.now,
    )
    if channels:
        work.emit(
            ReadingWanted(
                vehicle_id=vehicle_id,
                owner_id=owner_id,
                vehicle_name=vehicle.name,
                last_read_on=vehicle.odometer_on,
                occurrence=request.key,
                channels=CHANNELS,
            )
        )
