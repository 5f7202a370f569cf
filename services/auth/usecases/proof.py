from collections.abc import Awaitable, Callable

from services.auth.domain.device_marks import known_device
from services.auth.domain.devices import Asker
from services.auth.domain.throttle import (
    PER_ACCOUNT,
    PER_ACCOUNT_AND_NETWORK,
    PER_ADDRESS,
    PER_DEVICE,
    Allowance,
)
from services.auth.storage.models import Account
from services.auth.usecases.work import Work
from shared.ids import new_id
from shared.mailboxes import canonical


async def is_proven(
    work: Work,
    *,
    whose: str,
    stored: Account | None,
    password: str,
    asker: Asker,
    judge: Callable[[], Awaitable[bool]] | None = None,
) -> bool:
    """Whether the password is the account's; guesses beyond the allowance are wrong unseen. Raises HashingBusy.

    Reads and charges in transactions of their own: no connection is held while the hash is computed. `judge` compares with
    something else than the account's hash, by computing one.
    """
    async with work.let_go(), work.hasher.turn(whose):
        async with work.apart() as looking:
            guesses = await _guesses(looking, whose=whose, stored=stored, asker=asker)
            if not await looking.limits.is_open(guesses, work.now):
                return False
        stored_hash = stored.password_hash if stored else None
        right = await (judge() if judge else work.hasher.verify(stored_hash, password))
        if right:
            return True
        async with work.apart() as charging:
            await charging.limits.charge(guesses, work.now)
    return False


async def _guesses(
    work: Work, *, whose: str, stored: Account | None, asker: Asker
) -> dict[Allowance, str]:
    """Which allowances this guess is charged to: strangers cannot spend that of a device the owner signs in from.

    Apps that keep no cookies are known by what they are and the network they are in.
    """
    if stored is not None:
        device = known_device(work.pepper, stored.id, marks=asker.marks, now=work.now)
        if device is not None:
            return {PER_DEVICE: f"{whose} mark {device}"}
    place = {"device": asker.device, "network": asker.network}
    if await work.sessions.has_seen(stored.id if stored else new_id(), **place):
        return {PER_DEVICE: f"{whose} {asker.network} {asker.device}"}
    return {
        PER_ACCOUNT_AND_NETWORK: f"{whose} {asker.network}",
        PER_ACCOUNT: whose,
        PER_ADDRESS: asker.ip,
    }


def is_still_proof(known: Account | None, held: Account | None) -> bool:
    """Whether the password compared with what was known is the account's now, and not one changed while this guess waited."""
    if known is None or held is None:
        return False
    return known.password_changed_at == held.password_changed_at


async def proves_again(work: Work, account: Account, *, password: str, asker: Asker) -> bool:
    """The signed-in person gives the password once more; guesses count like those of a sign-in."""
    whose = canonical(account.email)
    return await is_proven(work, whose=whose, stored=account, password=password, asker=asker)
