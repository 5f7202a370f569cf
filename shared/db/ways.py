"""Rows that are seen in one of several ways: one's own, or in something that is shared with one.

PostgreSQL reads all rows of an `OR` before it orders them. Where a list wants the first few, each way gives its own first few along its
own index, and the list is made of those.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select, union_all

WAYS: Final = "autotrack_ways"
"""The execution option that names them: conditions, of which the statement holds `or_`."""


def first_of_each_way(
    statement: Select[Any], order: Sequence[Any], many: int | ColumnElement[int]
) -> Select[Any]:
    """The statement, narrowed to what its first `many` rows in this order may be; as it is where it names no ways.

    It is one of an entity with an `id`, and neither ordered nor limited yet.
    """
    ways = statement.get_execution_options().get(WAYS)
    if not ways:
        return statement
    entity = statement.column_descriptions[0]["entity"]
    ids = statement.with_only_columns(entity.id).order_by(*order).limit(many)
    return select(entity).where(entity.id.in_(union_all(*(ids.where(way) for way in ways))))
