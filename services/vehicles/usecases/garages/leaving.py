"""Somebody leaves AutoTrack: their reviews go, the means stay true, and what they entered or owned is nobody's: bookings ahead at a garage
where nobody works any more are called off.
"""

from uuid import UUID

from services.vehicles.domain.garages.claims import Deed
from services.vehicles.usecases.garages.people import note_deed
from services.vehicles.usecases.garages.reviews import count_anew
from services.vehicles.usecases.garages.turned_away import turn_away_left
from services.vehicles.usecases.work import Work


async def leave_garages(work: Work, *, person_id: UUID) -> None:
    """Whoever erases them holds them alone: nothing of theirs is written meanwhile. Garages are held in the order of their ids."""
    theirs = {each.id: each for each in await work.garages.naming(person_id)}
    reviewed = set(await work.reviews.garages_of(person_id))
    for garage_id in sorted(theirs.keys() | reviewed):
        garage = await work.garages.held(garage_id)
        if garage is None:
            continue
        if garage_id in reviewed:
            await work.reviews.remove_of(person_id, garage_id)
            await count_anew(work, garage)
        garage.made_by = None if garage.made_by == person_id else garage.made_by
        garage.contact_by = None if garage.contact_by == person_id else garage.contact_by
        if garage.owner_id == person_id:
            garage.owner_id, garage.takes_bookings = None, False
            garage.version += 1
            note_deed(work, garage, Deed.LEFT, actor_id=None)
            await turn_away_left(work, garage)
    await work.flush()
    await work.garage_audit.forget(person_id)
    await work.flush()
