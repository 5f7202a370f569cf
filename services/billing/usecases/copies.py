"""What others copy of this service's, and what it copies of theirs: `shared/bus/copies.py` keeps both right."""

from collections.abc import Sequence
from uuid import UUID

from services.billing.storage.models import Customer, Entitlement
from services.billing.usecases.entitlements import say_entitlement
from services.billing.usecases.work import Work
from shared.bus.copies import Copies
from shared.contracts.auth import AccountChanged
from shared.contracts.billing import EntitlementsChanged
from shared.db.copied import Copy, Origin


async def say_entitlements(work: Work, ids: Sequence[UUID]) -> None:
    for user_id in ids:
        await say_entitlement(work, user_id=user_id)


COPIES = Copies(
    "billing",
    owned=(
        Origin(
            EntitlementsChanged,
            Entitlement,
            subject="user_id",
            person="user_id",
            say=say_entitlements,
        ),
    ),
    kept=(
        Copy(
            AccountChanged,
            Customer,
            subject="user_id",
            person="user_id",
            version="account_version",
            living=lambda: Customer.erased_at.is_(None),
        ),
    ),
)
