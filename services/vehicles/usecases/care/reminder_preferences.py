from uuid import UUID

from services.vehicles.domain.care.reminders import Choice
from services.vehicles.storage.care.notices import Member
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import RoleInsufficient


async def read_reminder_preferences(work: Work, *, access: Access, vehicle_id: UUID) -> Member:
    """What somebody hears of a car. Raises NotFound, and RoleInsufficient for who may not see what falls due."""
    await work.vehicles.one_seen(access, vehicle_id)
    members = await work.reminder_preferences.members([vehicle_id])
    for one in members.get(vehicle_id, []):
        if one.account_id == access.person:
            return one
    raise RoleInsufficient


async def save_reminder_preferences(
    work: Work, *, access: Access, vehicle_id: UUID, choice: Choice
) -> None:
    """Replaces what was chosen before. Raises NotFound, RoleInsufficient."""
    member = await read_reminder_preferences(work, access=access, vehicle_id=vehicle_id)
    await work.reminder_preferences.keep(
        account_id=member.account_id, vehicle_id=vehicle_id, choice=choice, now=work.now
    )
