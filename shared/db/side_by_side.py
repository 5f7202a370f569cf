"""The rows of several statements, fetched in one: what a change needs to know costs one round trip instead of one for each table.

`FULL JOIN … ON false` lays them side by side: each row belongs to one of the statements, and is empty in all the others.
"""

from collections.abc import Mapping
from functools import reduce
from inspect import isclass
from typing import Any, Final

from sqlalchemy import false, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

HERE: Final = "row_is_here"


class SideBySide:
    """Named statements (`select(…)`), each of an entity and columns beside it, or of columns alone.

    Their order is lost: whoever wants one sorts.
    """

    def __init__(self, **parts: Any) -> None:
        columns: list[Any] = []
        tables: list[Any] = []
        self._places: dict[str, tuple[int, int]] = {}
        for name, part in parts.items():
            table = part.add_columns(literal(1).label(HERE)).subquery(name)
            first = len(columns)
            columns.append(table.c[HERE])
            for told in part.column_descriptions:
                is_entity = isclass(told["expr"])
                columns.append(aliased(told["expr"], table) if is_entity else table.c[told["name"]])
            self._places[name] = first, len(columns)
            tables.append(table)
        laid = reduce(lambda left, right: left.join(right, false(), full=True), tables)
        self._statement = select(*columns).select_from(laid)

    async def fetch(
        self, session: AsyncSession, words: Mapping[str, Any]
    ) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of each statement by its name. `words`: what their parameters stand for."""
        found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in self._places}
        for row in await session.execute(self._statement, dict(words)):
            for name, (first, end) in self._places.items():
                if row[first] is not None:
                    found[name].append(tuple(row[first + 1 : end]))
                    break
        return found
