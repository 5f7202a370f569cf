from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.vehicles.storage.care.models import CalendarToken
from services.vehicles.storage.care.reminder_models import Occurrence
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.security.secrets import digest, opaque_token


@dataclass(frozen=True, slots=True)
class Feed:
    language: Language
    rows: Sequence[Occurrence]
    vehicles: dict[UUID, Vehicle]


async def open_calendar(work: Work, *, access: Access, language: Language) -> str:
    """A new private token for the calendar feed; the old one stops working. Shown once, kept as a digest of its 256 random bits."""
    token = opaque_token()
    await work.calendar_tokens.replace(
        CalendarToken(
            owner_id=access.person,
            token_digest=digest(token),
            language=language.value,
            created_at=work.now,
        )
    )
    return token


async def read_calendar(work: Work, *, token: str) -> Feed:
    """What the feed of this token shows: of one's own cars, and of shared ones by choice. Raises NotFound for a token nobody holds."""
    found = await work.calendar_tokens.by_digest(digest(token))
    if found is None:
        raise NotFound
    access = Access(found.owner_id)
    vehicles = {car.id: car for car in await work.vehicles.all_seen(access)}
    members = await work.reminder_preferences.members(vehicles)
    shown = {
        vehicle_id
        for vehicle_id, people in members.items()
        for one in people
        if one.account_id == found.owner_id and one.choice.calendar
    }
    rows = await work.occurrences.entries(access, now=work.now)
    return Feed(
        Language(found.language), [row for row in rows if row.vehicle_id in shown], vehicles
    )
