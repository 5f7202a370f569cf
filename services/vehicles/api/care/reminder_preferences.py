from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.vehicles.api.dependencies import InWork, chosen
from services.vehicles.domain.care.reminders import Choice, ReminderKind
from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.care.notices import Member
from services.vehicles.usecases.care.reminder_preferences import (
    read_reminder_preferences,
    save_reminder_preferences,
)
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/vehicles", tags=["reminders"])


class Channel(StrEnum):
    INBOX = "inbox"
    MAIL = "mail"


Kinds = Annotated[
    list[Annotated[ReminderKind, chosen(ReminderKind)]],
    Field(max_length=len(ReminderKind), examples=[["inspection", "insurance"]]),
]
Channels = Annotated[
    list[Annotated[Channel, chosen(Channel)]],
    Field(min_length=1, max_length=len(Channel), examples=[["inbox", "mail"]]),
]


class ReminderPreferences(RequestModel):
    """The whole of what one person wants to hear of one car. Quiet hours, language and zone are their own, for all cars."""

    kinds: Kinds
    """None: nothing of this car, but what escalates."""
    channels: Channels = Field(default_factory=lambda: list(Channel))
    escalations: bool = True
    """To be told of what others have left overdue."""
    readings: bool = True
    """To be asked for a reading of the odometer."""
    calendar: bool = True
    """To see this car in one's calendar feed."""

    def choice(self) -> Choice:
        return Choice(
            kinds=frozenset(self.kinds),
            channels=frozenset(self.channels),
            escalations=self.escalations,
            readings=self.readings,
            calendar=self.calendar,
        )


class ReminderPreferencesOut(AnswerModel):
    role: Role
    kinds: list[ReminderKind]
    channels: list[Channel]
    escalations: bool
    readings: bool
    calendar: bool

    @classmethod
    def of(cls, member: Member) -> Self:
        choice = member.choice
        return cls(
            role=member.role,
            kinds=sorted(choice.kinds),
            channels=sorted(map(Channel, choice.channels)),
            escalations=choice.escalations,
            readings=choice.readings,
            calendar=choice.calendar,
        )


@router.get("/{vehicle_id}/reminder-preferences", responses=problems(NotFound, RoleInsufficient))
async def get_reminder_preferences(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller
) -> ReminderPreferencesOut:
    """What the caller hears of this car; until they choose, the owner and managers hear everything."""
    return ReminderPreferencesOut.of(
        await read_reminder_preferences(work, access=caller.access, vehicle_id=vehicle_id)
    )


@router.put("/{vehicle_id}/reminder-preferences", responses=problems(NotFound, RoleInsufficient))
async def replace_reminder_preferences(
    vehicle_id: UUID, body: ReminderPreferences, work: InWork, caller: CurrentCaller
) -> ReminderPreferencesOut:
    await save_reminder_preferences(
        work, access=caller.access, vehicle_id=vehicle_id, choice=body.choice()
    )
    return ReminderPreferencesOut.of(
        await read_reminder_preferences(work, access=caller.access, vehicle_id=vehicle_id)
    )
