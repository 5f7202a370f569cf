from services.vehicles.usecases.care.recalls import (
    MATCH_CAR,
    READ_FEED,
    MatchCar,
    ReadFeed,
    match_car,
    queue_feeds,
    queue_new_cars,
    read_feed,
)
from services.vehicles.usecases.work import Work
from shared.bus.schedule import every
from shared.bus.work_queue import JobRun, job


@every("17 4 * * *", name="vehicles.recalls")
async def look_for_recalls(work: Work) -> None:
    await queue_feeds(work)


@every("*/5 * * * *", name="vehicles.recalls_of_new_cars")
async def look_at_new_cars(work: Work) -> None:
    await queue_new_cars(work)


@job(READ_FEED, ReadFeed)
async def read_recalls(payload: ReadFeed, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await read_feed(work, source=payload.source)


@job(MATCH_CAR, MatchCar)
async def match_recalls(payload: MatchCar, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await match_car(work, owner_id=payload.owner_id, vehicle_id=payload.vehicle_id)
