"""What all tables of this service share."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.db.base import NAMING, TYPE_MAP
from shared.money import Money

Metres = BigInteger
"""A million kilometres is 10^9 metres: half of what four bytes hold."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPE_MAP


def money_of(amount_minor: int | None, currency: str | None) -> Money | None:
    if amount_minor is None or currency is None:
        return None
    return Money(amount_minor, currency)
