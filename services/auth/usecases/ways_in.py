"""How an account can be entered, and what must still hold when one of the ways goes."""

from services.auth.domain.factors import FactorKind
from services.auth.storage.models import Account
from services.auth.usecases.work import Work


async def factors_of(work: Work, account: Account) -> tuple[FactorKind, ...]:
    """What may follow a right password; empty when nothing needs to."""
    found = []
    if await work.factors.has_active(account.id):
        found.append(FactorKind.TOTP)
    if account.passkey_required and await work.passkeys.count_of_owner(account.id):
        found.append(FactorKind.PASSKEY)
    if account.mail_codes:
        found.append(FactorKind.MAIL)
    if found and await work.factors.recovery_codes_left(account.id):
        found.append(FactorKind.RECOVERY_CODE)
    return tuple(found)


async def settle_factors(work: Work, account: Account) -> None:
    """After a factor went: a passkey cannot be asked for where none is left, and recovery codes recover something."""
    if account.passkey_required and not await work.passkeys.count_of_owner(account.id):
        account.passkey_required = False
    if not set(await factors_of(work, account)) - {FactorKind.RECOVERY_CODE}:
        await work.factors.forget_recovery_codes(account.id)
    await work.challenges.void(account.id)


async def is_last_way_in(work: Work, account: Account) -> bool:
    """Whether the account has but one passkey or provider, and no password."""
    if account.password_hash is not None:
        return False
    passkeys = await work.passkeys.count_of_owner(account.id)
    return passkeys + await work.identities.count_of_owner(account.id) <= 1
