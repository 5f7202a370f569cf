from typing import Any
from uuid import UUID

from services.auth.domain.preferences import (
    DEFAULT_CURRENCY,
    DEFAULT_LANGUAGE,
    DEFAULT_SWITCHES,
    DEFAULT_TIMEZONE,
    Switch,
    Theme,
    Units,
)
from services.auth.storage.models import Account
from services.auth.usecases.account import account_of, edit_account
from services.auth.usecases.work import Work

DEFAULTS: dict[str, Any] = {
    "language": DEFAULT_LANGUAGE,
    "theme": Theme.SYSTEM,
    "timezone": DEFAULT_TIMEZONE,
    "units": Units.METRIC,
    "currency": DEFAULT_CURRENCY,
    "custom_settings": {},
    **DEFAULT_SWITCHES,
}


async def edit_preferences(work: Work, *, account_id: UUID, changes: dict[str, Any]) -> Account:
    """`changes` are fields of a request model; the switches among them are kept together."""
    account = await account_of(work, account_id, lock=True)
    switched = {name: changes[name] for name in map(str, Switch) if name in changes}
    plain = {name: value for name, value in changes.items() if name not in switched}
    return await edit_account(
        work, account_id=account_id, changes=plain | {"switches": account.switches | switched}
    )


async def reset_preferences(work: Work, *, account_id: UUID) -> Account:
    return await edit_preferences(work, account_id=account_id, changes=DEFAULTS)
