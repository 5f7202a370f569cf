"""What all tables of this service share."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import NAMING, TYPE_MAP
from shared.money import Money

Metres = BigInteger
"""A million kilometres is 10^9 metres: half of what four bytes hold."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPE_MAP


class Authored:
    """By whom a row was made, where people share a car; None for what the house made or was made before cars were shared, and a
    pseudonym once they have left.
    """

    made_by: Mapped[UUID | None]


class GuestMade:
    """What somebody without an account may write down, by a link for guests."""

    guest: Mapped[str | None]
    """What that link is called; None for everything else."""


class Synced:
    """Tells clients what changed since they last asked. The database says it of each row it writes: `watch_changes` of migration 0017."""

    changed_in: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """The transaction that wrote the row last."""


def money_of(amount_minor: int | None, currency: str | None) -> Money | None:
    if amount_minor is None or currency is None:
        return None
    return Money(amount_minor, currency)
