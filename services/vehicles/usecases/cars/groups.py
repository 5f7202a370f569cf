from uuid import UUID

from services.vehicles.errors.cars import NameTaken
from services.vehicles.storage.cars.models import VehicleGroup
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id


async def add_group(
    work: Work, *, access: Access, name: str, group_id: UUID | None = None
) -> VehicleGroup:
    """`group_id`: as its client chose it. Raises NameTaken."""
    await _check_free(work, access, name)
    return work.groups.add(
        VehicleGroup(
            id=group_id or new_id(),
            owner_id=access.person,
            name=name,
            created_at=work.now,
            updated_at=work.now,
        )
    )


async def rename_group(work: Work, *, access: Access, group_id: UUID, name: str) -> VehicleGroup:
    group = await work.groups.one_changed(access, group_id)
    if name != group.name:
        await _check_free(work, access, name)
        group.name, group.updated_at = name, work.now
    return group


async def remove_group(work: Work, *, access: Access, group_id: UUID) -> None:
    """Its cars stay, in no group."""
    await work.groups.remove(await work.groups.one_changed(access, group_id))


async def _check_free(work: Work, access: Access, name: str) -> None:
    """Raises NameTaken."""
    await work.hold_owner(access.person)
    if await work.groups.named(access, name) is not None:
        raise NameTaken(pointer="/name")
