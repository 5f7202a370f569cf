"""What others copy of this service's: `shared/bus/copies.py` keeps it right."""

from collections.abc import Sequence
from uuid import UUID

from services.auth.storage.models import Account
from services.auth.usecases.announcements import announce
from services.auth.usecases.work import Work
from shared.bus.copies import Copies
from shared.contracts.auth import AccountChanged
from shared.db.copied import Origin


async def say_accounts(work: Work, ids: Sequence[UUID]) -> None:
    for account_id in ids:
        account = await work.accounts.of(account_id)
        if account is not None:
            announce(work, account)


COPIES = Copies(
    "auth",
    owned=(
        Origin(
            AccountChanged,
            Account,
            person="id",
            living=lambda: Account.deleting_at.is_(None),
            say=say_accounts,
        ),
    ),
)
