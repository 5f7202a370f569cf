"""What somebody's plan allows, copied from billing: for what others do to a car of theirs, as quotas and features are the owner's.

The caller's own plan comes with each request (`shared/http/identity.py`); of somebody who is not asking, a service keeps this copy.
"""

from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.orm import Mapped, mapped_column

from shared.access import Access
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.features import ALLOWS, OPENS, Feature, Limit, Plan
from shared.db.newest import keep_later
from shared.db.repository import Repository


class OwnerPlanColumns:
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    features: Mapped[list[str]]
    limits: Mapped[dict[str, Any]]


P = TypeVar("P", bound=OwnerPlanColumns)


class PlansOfOwners(Repository[P], Generic[P]):
    """Subclasses name `model` and `newest`, its upsert."""

    owner = "user_id"
    newest: Insert

    def put(self, event: EntitlementsChanged) -> None:
        row = {
            "user_id": event.user_id,
            "version": event.version,
            "features": sorted(event.features),
            "limits": {name.value: most for name, most in event.limits.items()},
        }
        keep_later(self.session, self.newest, row)

    async def of(self, access: Access) -> tuple[frozenset[Feature], dict[Limit, int | None]]:
        """What opens to them and how much of it; the least there is, for somebody billing has not told us of."""
        row = (await self.session.scalars(self.seen_by(access))).one_or_none()
        if row is None:
            return OPENS[Plan.FREE], ALLOWS[Plan.FREE]
        features = frozenset(Feature(name) for name in row.features if name in set(Feature))
        limits = {Limit(name): most for name, most in row.limits.items() if name in set(Limit)}
        return features, limits
