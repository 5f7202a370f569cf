"""Recalls: feeds are read once a day by a worker, and cars are compared. Of what is likely, one notice is given at once; of what is only
possible, however much it is, one line a week for each car. Never "yours": nobody but the maker knows.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
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
JUST_NOW: Final = timedelta(minutes=11)
"""Two rounds of cars that changed, and a little."""
POSSIBLE: Final = f"{RECALL}possible"
"""The rule of a car's weekly line."""
ONE_POSSIBLE: Final = Text(
    fr="1 rappel constructeur possible, à vérifier",
    en="1 recall that is possible: please check",
    es="1 llamada a revisión posible, por comprobar",
)
SOME_POSSIBLE: Final = Text(
    fr="{count} rappels constructeurs possibles, à vérifier",
    en="{count} recalls that are possible: please check",
    es="{count} llamadas a revisión posibles, por comprobar",
)


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


async def queue_new_cars(work: Work) -> None:
    """Cars that came or changed since a while are compared with what is known; a feed that was switched on just now is read."""
    feeds = work.clients.feeds.addresses
    if not feeds:
        return
    tried = await work.campaigns.feeds()
    for source in feeds.keys() - tried.keys():
        work.enqueue(READ_FEED, ReadFeed(source=source), key=f"{READ_FEED}:{source}:{work.now}")
    if tried:
        await _queue_cars(work, since=work.now - JUST_NOW)


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


async def _queue_cars(work: Work, *, since: datetime | None = None) -> None:
    """Of each car with something new, a job: all of them at once would hold everybody. `since`: only of those that changed."""
    cars = await work.campaigns.cars(since=since)
    known = await work.campaigns.known(cars if since else None)
    by_make: dict[str, list[RecallCampaign]] = {}
    for car in cars:
        makes = makes_of([car.make])
        key = ",".join(sorted(makes))
        if key not in by_make:
            by_make[key] = list(await work.campaigns.of_makes(makes))
        if any(_is_news(car, each, known) for each in by_make[key]):
            payload = MatchCar(owner_id=car.owner_id, vehicle_id=car.id)
            work.enqueue(MATCH_CAR, payload, key=f"{MATCH_CAR}:{car.id}:{work.now}")


def _is_news(
    car: Any, campaign: RecallCampaign, known: Mapping[tuple[UUID, UUID], tuple[str, str]]
) -> bool:
    """Found, or judged otherwise than before: the car has a VIN now, or another model. What its owner has settled stays so."""
    found = match(campaign.value, subject_of(car))
    certainty, status = known.get((car.id, campaign.id), (None, MatchStatus.OPEN))
    return status == MatchStatus.OPEN and found != certainty


async def match_car(work: Work, *, owner_id: UUID, vehicle_id: UUID) -> None:
    """What is likely is told, once; what is only possible stands in the list, and is counted in a line on Monday. What is judged otherwise
    than before follows.
    """
    await stand_with(work, Access(owner_id))
    try:
        vehicle = await hold_vehicle(work, access=Access(owner_id), vehicle_id=vehicle_id)
    except NotFound:
        return  # gone meanwhile, or somebody else's
    known = {row.campaign_id: row for row in await work.recalls.of_vehicle(vehicle.id)}
    told, news = False, 0
    for campaign in await work.campaigns.of_makes(makes_of([vehicle.make])):
        found, row = match(campaign.value, subject_of(vehicle)), known.get(campaign.id)
        if row is not None and (row.status != MatchStatus.OPEN or row.certainty == found):
            continue
        if found is None:
            if row is not None:
                told = await _forget(work, vehicle, campaign) or told
                await work.recalls.remove(known.pop(campaign.id))
            continue
        if row is None:
            row = work.recalls.add(_new_match(work, vehicle, campaign, found))
            known[campaign.id] = row
        row.certainty, row.updated_at = found, work.now
        if found is Certainty.LIKELY:
            await _remind(work, vehicle, campaign)
            told = True
        else:
            told = await _forget(work, vehicle, campaign) or told
            news += 1
    told = await _sum_up(work, vehicle, known.values(), news=news) or told
    if told:
        await recompute(work, vehicle=vehicle)


async def _forget(work: Work, vehicle: Vehicle, campaign: RecallCampaign) -> bool:
    """Its own notice, if there is one."""
    reminder = await work.reminders.of_rule(vehicle.id, _rule(campaign))
    if reminder is not None:
        await work.reminders.remove(reminder)
    return reminder is not None


async def _sum_up(
    work: Work, vehicle: Vehicle, matches: Iterable[RecallMatch], *, news: int
) -> bool:
    """One line, next Monday, of all that is possible and open; no other before there is something new. Whether it changed."""
    open_ = [
        row
        for row in matches
        if row.status == MatchStatus.OPEN and row.certainty == Certainty.POSSIBLE
    ]
    line = await work.reminders.of_rule(vehicle.id, POSSIBLE)
    if line is not None and (not open_ or (news and _is_past(line, work.today))):
        await work.reminders.remove(line)
        await work.flush()
        line = None
        if not open_:
            return True
    if not open_ or (line is None and not news):
        return False
    language = await _speaks(work, vehicle)
    text = SOME_POSSIBLE if len(open_) > 1 else ONE_POSSIBLE
    title = text.into(language, count=str(len(open_)))
    if line is None:
        monday = work.today + timedelta(days=7 - work.today.weekday())
        _add_reminder(work, vehicle, POSSIBLE, title, language, on=monday)
        return True
    if line.title == title:
        return False
    line.title, line.updated_at = title, work.now
    line.version += 1
    return True


def _is_past(line: Reminder, today: date) -> bool:
    """It has been told, or will be today."""
    return line.remind_on is None or line.remind_on <= today


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
    language = await _speaks(work, vehicle)
    title = TITLE.into(language, title=campaign.title)[:LONGEST_TITLE]
    _add_reminder(work, vehicle, _rule(campaign), title, language, on=work.today)


async def _speaks(work: Work, vehicle: Vehicle) -> Language:
    known = await work.owners.of(Access(vehicle.owner_id))
    return Language(known.language) if known else Language.FR


def _add_reminder(
    work: Work, vehicle: Vehicle, rule: str, title: str, language: Language, *, on: date
) -> None:
    reminder = Reminder(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=None,
        source=ReminderSource.RULE,
        rule=rule,
        kind=ReminderKind.SAFETY,
        title=title,
        note=NOTE.into(language),
        version=1,
        lead_days=0,
        lead_metres=0,
        lead_minutes=0,
        revision=1,
        remind_on=on,
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
    changed = status is not MatchStatus.OPEN and await _forget(work, vehicle, campaign)
    await work.flush()
    matches = await work.recalls.of_vehicle(vehicle.id)
    if await _sum_up(work, vehicle, matches, news=0) or changed:
        await recompute(work, vehicle=vehicle)
    return row, campaign


def age_of(feed: RecallFeed, now: datetime) -> int | None:
    """In days, since it was read last; None for one that never was."""
    return None if feed.read_at is None else (now - feed.read_at).days
