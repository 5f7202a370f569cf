from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.vehicles.errors.cars import NameTaken
from services.vehicles.storage.moving.models import ImportProfile
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id


async def add_profile(
    work: Work,
    *,
    access: Access,
    name: str,
    mapping: Mapping[str, Any],
    profile_id: UUID | None = None,
) -> ImportProfile:
    """`profile_id`: as its client chose it. Raises NameTaken."""
    await _check_free(work, access, name)
    return work.import_profiles.add(
        ImportProfile(
            id=profile_id or new_id(),
            owner_id=access.person,
            version=1,
            name=name,
            mapping=dict(mapping),
            created_at=work.now,
            updated_at=work.now,
        )
    )


async def edit_profile(
    work: Work,
    *,
    access: Access,
    profile_id: UUID,
    name: str | None = None,
    mapping: Mapping[str, Any] | None = None,
) -> ImportProfile:
    """What is left out stays as it is. Raises NameTaken."""
    profile = await work.import_profiles.one_changed(access, profile_id)
    if name is not None and name != profile.name:
        await _check_free(work, access, name)
        profile.name = name
    if mapping is not None:
        profile.mapping = dict(mapping)
    profile.version += 1
    profile.updated_at = work.now
    return profile


async def remove_profile(work: Work, *, access: Access, profile_id: UUID) -> None:
    await work.import_profiles.remove(await work.import_profiles.one_changed(access, profile_id))


async def _check_free(work: Work, access: Access, name: str) -> None:
    await work.hold_owner(access.person)
    if await work.import_profiles.named(access, name) is not None:
        raise NameTaken(pointer="/name")
