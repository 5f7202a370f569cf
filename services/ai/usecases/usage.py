"""The ledger of tokens: reserve, settle, tell."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.ai.domain.quota import Allowance, Usage, month_of, resets_on
from services.ai.storage.models import UsageEntry
from services.ai.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Account:
    allowance: Allowance
    calls: dict[str, int]
    resets_on: date


async def reserve(
    work: Work,
    *,
    owner_id: UUID,
    kind: str,
    tokens: int,
    limit: int | None,
    model: str | None,
    entry_id: UUID | None = None,
) -> tuple[UUID, bool]:
    """An entry for this call, and whether the month still covers `tokens`; when not, the entry costs nothing. `entry_id`: of a request
    that has a name already.
    """
    month = month_of(work.now)
    await work.hold_owner(owner_id)
    left = await work.usage.allowance(owner_id, month, limit, work.now)
    may = model is not None and tokens > 0 and left.covers(tokens)
    entry = UsageEntry(
        id=entry_id or new_id(),
        owner_id=owner_id,
        month=month,
        kind=kind,
        state="reserved" if may else "settled",
        reserved=tokens if may else 0,
        model=model if may else None,
        created_at=work.now,
        settled_at=None if may else work.now,
    )
    work.usage.add(entry)
    return entry.id, may


async def settle(work: Work, *, owner_id: UUID, entry_id: UUID, usage: Usage) -> None:
    """Once: a second settlement of the same entry changes nothing."""
    try:
        entry = await work.usage.one_changed(Access(owner_id), entry_id)
    except NotFound:  # with its account
        return
    if entry.state == "settled":
        return
    entry.state = "settled"
    entry.prompt, entry.completion, entry.estimated = (
        usage.prompt,
        usage.completion,
        usage.estimated,
    )
    entry.settled_at = work.now


async def read_usage(work: Work, *, owner_id: UUID, limit: int | None) -> Account:
    month = month_of(work.now)
    allowance = await work.usage.allowance(owner_id, month, limit, work.now)
    return Account(allowance, await work.usage.calls(owner_id, month), resets_on(month))
