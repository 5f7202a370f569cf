"""Ids that clients choose, so that a create that is sent again, a day or a month later, makes no second thing.

`Idempotency-Key` does the same for any POST for a day; an id is for ever, and the client knows it before it is online.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from services.vehicles.storage.client_ids import ClientId
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import IdTaken, NotFound
from shared.ids import new_id

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChosenId:
    id: UUID
    request: str
    """What was asked, word for word the same for the same request."""


async def add_once(
    work: Work,
    *,
    access: Access,
    chosen: ChosenId | None,
    make: Callable[[UUID], Awaitable[T]],
    again: Callable[[UUID], Awaitable[T]],
) -> T:
    """What `make` makes under this id; sent again with the same words, what `again` reads of it as it is now.

    Raises IdTaken for other words, for somebody else's id (without telling whose) and for what has been deleted since.
    """
    if chosen is None:
        return await make(new_id())
    digest = hashlib.sha256(chosen.request.encode()).digest()
    said = ClientId(id=chosen.id, account_id=access.person, digest=digest, created_at=work.now)
    if await work.client_ids.take(said):
        return await make(chosen.id)
    known = await work.client_ids.find_seen(access, chosen.id)
    if known is None or known.digest != digest:
        raise IdTaken(pointer="/id")
    try:
        return await again(chosen.id)
    except NotFound:
        raise IdTaken(pointer="/id") from None
