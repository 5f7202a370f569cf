from collections.abc import Mapping
from math import ceil
from typing import Any
from uuid import UUID

from services.auth.domain.addresses import canonical
from services.auth.domain.codes import (
    LIFETIME,
    SEND_BUDGETS,
    TRY_BUDGETS,
    digest,
    is_live,
    new_code,
)
from services.auth.errors import TooManyTries
from services.auth.storage.models import Account, Code
from services.auth.usecases.work import Work
from shared.contracts.auth import CodeIssued, CodePurpose
from shared.contracts.base import Language
from shared.ids import new_id
from shared.security.secrets import same


async def issue_code(
    work: Work,
    account: Account,
    *,
    purpose: CodePurpose,
    email: str | None = None,
    candidate: Mapping[str, Any] | None = None,
) -> bool:
    """Mail a code unless one went out less than a minute ago or five in the hour; it takes the place of its like."""
    address = email or account.email
    if await work.limits.spend(SEND_BUDGETS, canonical(address), work.now):
        return False
    for old in await work.codes.live(account.id, purpose, work.now):
        if old.candidate == candidate and old.email == address:
            old.used_at = work.now
    code_id, code = new_id(), new_code()
    work.codes.add(
        Code(
            id=code_id,
            account_id=account.id,
            purpose=purpose,
            email=address,
            digest=digest(work.pepper, code_id, code),
            candidate=dict(candidate) if candidate else None,
            created_at=work.now,
            expires_at=work.now + LIFETIME,
        )
    )
    work.emit(
        CodeIssued(
            account_id=account.id,
            email=address,
            code=code,
            purpose=purpose,
            language=Language(account.language),
            expires_at=work.now + LIFETIME,
        )
    )
    return True


async def count_try(
    work: Work, *, email: str, account_id: UUID | None, purpose: CodePurpose
) -> None:
    """Before any comparison, in a transaction of its own: a refused try stays counted. Raises TooManyTries."""
    async with work.apart() as counting:
        again_at = await counting.limits.spend(TRY_BUDGETS, canonical(email), work.now)
        if account_id is not None:
            await counting.codes.count_try(account_id, purpose)
    if again_at is not None:
        wait = ceil((again_at - work.now).total_seconds())
        raise TooManyTries(headers={"Retry-After": str(wait)})


async def use_code(work: Work, account_id: UUID, *, purpose: CodePurpose, code: str) -> Code | None:
    """The code's row when it is right, alive, and nobody used it first."""
    for one in await work.codes.live(account_id, purpose, work.now):
        alive = is_live(
            expires_at=one.expires_at, used_at=one.used_at, tries=one.tries, now=work.now
        )
        right = same(one.digest, digest(work.pepper, one.id, code))
        if alive and right and await work.codes.use(one.id, work.now):
            return one
    return None
