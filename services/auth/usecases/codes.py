from collections.abc import Sequence
from datetime import datetime
from math import ceil
from uuid import UUID

from services.auth.domain.codes import (
    LIFETIME,
    TO_OWNERS,
    TO_STRANGERS,
    TRY_BUDGETS,
    MailLimit,
    digest,
    is_live,
    new_code,
)
from services.auth.errors.accounts import TooManyTries
from services.auth.storage.models import Account, Code
from services.auth.usecases.work import Work
from shared.contracts.auth import CodeIssued, CodePurpose
from shared.contracts.base import Language
from shared.ids import new_id
from shared.mailboxes import canonical
from shared.security.secrets import same


async def issue_code(
    work: Work, account: Account, *, purpose: CodePurpose, network: str, email: str | None = None
) -> bool:
    """Mail a code unless this network had one mailed there a minute ago, or five in the hour; it takes the place of its like."""
    address = email or account.email
    limits = TO_STRANGERS if purpose is CodePurpose.CHANGE_EMAIL else TO_OWNERS
    if not await may_mail(work, address, network=network, limits=limits):
        return False
    for old in await work.codes.live(account.id, purpose, work.now):
        if old.email == address:
            old.used_at = work.now
    mail(work, keep_code(work, account, purpose=purpose, email=address), account.language)
    return True


async def may_mail(work: Work, email: str, *, network: str, limits: Sequence[MailLimit]) -> bool:
    """Counts the mail. What one network asks for leaves the others' mails alone; beyond so many networks none is added."""
    whose, now = canonical(email), work.now
    for limit in limits:
        mine = f"{whose} {network}"
        used, _ = await work.limits.use(limit.of_network, mine, now)
        if used > limit.of_network.allowed:
            return False
        if used == 1 and limit.networks is not None:
            networks, _ = await work.limits.use(limit.networks, whose, now)
            if networks > limit.networks.allowed:
                await work.limits.give_back(limit.of_network, mine)
                return False
    return True


def keep_code(
    work: Work,
    account: Account,
    *,
    purpose: CodePurpose,
    email: str,
    registration_id: UUID | None = None,
) -> tuple[Code, str]:
    code_id, code = new_id(), new_code()
    row = Code(
        id=code_id,
        account_id=account.id,
        purpose=purpose,
        email=email,
        digest=digest(work.pepper, code_id, code),
        registration_id=registration_id,
        created_at=work.now,
        expires_at=work.now + LIFETIME,
    )
    return work.codes.add(row), code


def mail(work: Work, kept: tuple[Code, str], language: str) -> None:
    row, code = kept
    work.emit(
        CodeIssued(
            account_id=row.account_id,
            code_id=row.id,
            email=row.email,
            code=code,
            purpose=CodePurpose(row.purpose),
            language=Language(language),
            expires_at=row.expires_at,
        )
    )


async def count_try(
    work: Work, *, email: str, account_id: UUID | None, purpose: CodePurpose
) -> None:
    """Before any comparison, in a transaction of its own: a refused try stays counted. Raises TooManyTries."""
    async with work.apart() as counting:
        again_at = await counting.limits.spend(TRY_BUDGETS, canonical(email), work.now)
        if account_id is not None:
            await counting.codes.count_try(account_id, purpose)
    refuse_until(again_at, work.now)


def refuse_until(again_at: datetime | None, now: datetime) -> None:
    """Raises TooManyTries."""
    if again_at is not None:
        wait = ceil((again_at - now).total_seconds())
        raise TooManyTries(headers={"Retry-After": str(wait)})


async def use_code(work: Work, account_id: UUID, *, purpose: CodePurpose, code: str) -> Code | None:
    """The code's row when it is right, alive, and nobody used it first."""
    return await use_among(work, await work.codes.live(account_id, purpose, work.now), code=code)


async def use_among(work: Work, rows: Sequence[Code], *, code: str) -> Code | None:
    for one in rows:
        alive = is_live(
            expires_at=one.expires_at, used_at=one.used_at, tries=one.tries, now=work.now
        )
        right = same(one.digest, digest(work.pepper, one.id, code))
        if alive and right and await work.codes.use(one.id, work.now):
            return one
    return None
