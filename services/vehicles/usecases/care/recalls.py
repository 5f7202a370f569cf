"""Recalls: feeds are read once a day by a worker, cars are compared, and of each campaign and car one notice is given."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import structlog
from pydantic import BaseModel

from services.vehicles.domain.care.recalls import Certainty, FeedSource, makes_of, match
from services.vehicles.domain.care.reminders import ReminderKind, ReminderSource
from services.vehicles.errors.care import FeedTrouble
from services.vehicles.storage.care.recalls import (
    RecallCampaign,
    RecallFeed,
    RecallMatch,
    subject_of,
)
from services.vehicles.storage.care.reminder_models import Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.duties import RECALL
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.ids import new_id
from shared.messages import Text

log = structlog.get_logger()
READ_FEED: Final = "vehicles.read_recalls"
MATCH_CAR: Final = "vehicles.match_recalls"
TITLE: Final = Text(
    fr="Rappel constructeur probable : {title}",
    en="A recall is likely: {title}",
    es="Llamada a revisión probable: {title}",
)
NOTE: Final = Text(
    fr="À vérifier auprès du constructeur avec le numéro de série : nous ne savons pas si votre véhicule est concerné.",
    en="Please check with the maker by the VIN: we do not know whether your vehicle is concerned.",
    es="Compruébalo con el fabricante con el número de bastidor: no sabemos si tu vehículo está afectado.",
)
LONGEST_TITLE: Final = 200


class MatchStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_MINE = "not_mine"


class ReadFeed(BaseModel):
    source: FeedSource


class MatchCar(BaseModel):
    owner_id: UUID
    vehicle_id: UUID


async def queue_feeds(work: Work) -> None:
    """Those that are switched on, each in a job of its own: one that is dead keeps no other."""
    for source in work.clients.feeds.addresses:
        work.enqueue(READ_FEED, ReadFeed(source=source), key=f"{READ_FEED}:{source}:{work.now}")


async def read_feed(work: Work, *, source: FeedSource) -> None:
    """What cannot be read leaves what is known as it is, and is said of the feed."""
    if source not in work.clients.feeds.addresses:
        return
    try:
        async with work.paused():
            campaigns = await work.clients.feeds.fetch(source)
    except FeedTrouble as trouble:
        reason = str(trouble.extra["reason"])
        log.warning("recalls.feed_failed", source=source, reason=reason)
        await _note(work, source, failure=reason, campaigns=None)
        return
    await work.campaigns.keep(campaigns, seen_at=work.now)
    await _note(work, source, failure=None, campaigns=len(campaigns))
    await work.flush()
    await _queue_cars(work)


async def _note(
    work: Work, source: FeedSource, *, failure: str | None, campaigns: int | None
) -> None:
    before = (await work.campaigns.feeds()).get(source)
    await work.campaigns.note_feed(
        RecallFeed(
            source=source,
            tried_at=work.now,
            read_at=work.now if failure is None else before.read_at if before else None,
            failure=failure,
            campaigns=campaigns if campaigns is not None else before.campaigns if before else 0,
        )
    )


async def _queue_cars(work: Work) -> None:
    """Of each car with something new, a job: all of them at once would hold everybody."""
    known = await work.campaigns.known()
    by_make: dict[str, list[RecallCampaign]] = {}
    for car in await work.campaigns.cars():
        makes = makes_of([car.make])
        key = ",".join(sorted(makes))
        if key not in by_make:
            by_make[key] = list(await work.campaigns.of_makes(makes))
        if any(
            (car.id, each.id) not in known and match(each.value, subject_of(car))
            for each in by_make[key]
        ):
            payload = MatchCar(owner_id=car.owner_id, vehicle_id=car.id)
            work.enqueue(MATCH_CAR, payload, key=f"{MATCH_CAR}:{car.id}:{work.now}")


async def match_car(work: Work, *, owner_id: UUID, vehicle_id: UUID) -> None:
    """What is likely is told, once; what is only possible stands in the list."""
    await stand_with(work, Access(owner_id))
    try:
        vehicle = await hold_vehicle(work, access=Access(owner_id), vehicle_id=vehicle_id)
    except NotFound:
        return  # gone meanwhile, or somebody else's
    known = {row.campaign_id for row in await work.recalls.of_vehicle(vehicle.id)}
    told = False
    for campaign in await work.campaigns.of_makes(makes_of([vehicle.make])):
        found = match(campaign.value, subject_of(vehicle))
        if found is None or campaign.id in known:
            continue
        work.recalls.add(_new_match(work, vehicle, campaign, found))
        if found is Certainty.LIKELY:
            await _remind(work, vehicle, campaign)
            told = True
    if told:
        await recompute(work, vehicle=vehicle)


def _new_match(
    work: Work, vehicle: Vehicle, campaign: RecallCampaign, found: Certainty
) -> RecallMatch:
    return RecallMatch(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        campaign_id=campaign.id,
        certainty=found,
        status=MatchStatus.OPEN,
        created_at=work.now,
        updated_at=work.now,
    )


async def _remind(work: Work, vehicle: Vehicle, campaign: RecallCampaign) -> None:
    """Told at once and never overdue: nobody knows that it is about this car."""
    known = await work.owners.of(Access(vehicle.owner_id))
    language = Language(known.language) if known else Language.FR
    reminder = Reminder(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=None,
        source=ReminderSource.RULE,
        rule=_rule(campaign),
        kind=ReminderKind.SAFETY,
        title=TITLE.into(language, title=campaign.title)[:LONGEST_TITLE],
        note=NOTE.into(language),
        version=1,
        lead_days=0,
        lead_metres=0,
        lead_minutes=0,
        revision=1,
        remind_on=work.today,
        created_at=work.now,
        updated_at=work.now,
    )
    reminder.occurrence = f"reminder:{reminder.id}:1"
    work.reminders.add(reminder)


def _rule(campaign: RecallCampaign) -> str:
    return f"{RECALL}{campaign.source}:{campaign.number}"


async def settle_recall(
    work: Work, *, access: Access, vehicle_id: UUID, match_id: UUID, status: MatchStatus
) -> tuple[RecallMatch, RecallCampaign]:
    """Done, or not about this car: nobody is told of it again. Open again, it stands in the list."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    row = await work.recalls.one_changed(access, match_id)
    if row.vehicle_id != vehicle.id:
        raise NotFound
    campaign = (await work.campaigns.these([row.campaign_id]))[row.campaign_id]
    row.status, row.updated_at = status, work.now
    if status is not MatchStatus.OPEN:
        reminder = await work.reminders.of_rule(vehicle.id, _rule(campaign))
        if reminder is not None:
            await work.reminders.remove(reminder)
            await recompute(work, vehicle=vehicle)
    return row, campaign


def age_of(feed: RecallFeed, now: datetime) -> int | None:
    """In days, since it was read last; None for one that never was."""
    return None if feed.read_at is None else (now - feed.read_at).days
