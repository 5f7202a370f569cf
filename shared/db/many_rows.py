"""The same columns of any number of rows, changed in one statement."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import ARRAY, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value


class ManyRows:
    """Of one model, whose rows have an `id`. `names`: those of its columns and of its attributes alike."""

    def __init__(self, model: Any, names: Sequence[str]) -> None:
        self.model = model
        self.names = names

    @cached_property
    def _statement(self) -> TextClause:
        columns = self.model.__table__.c
        all_names = ("id", *self.names)
        sets = ", ".join(f"{name} = v.{name}" for name in self.names)
        arrays, names = ", ".join(f":{name}" for name in all_names), ", ".join(all_names)
        table = self.model.__tablename__
        statement = text(
            f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS v ({names})"  # noqa: S608 - our own names
            f" WHERE {table}.id = v.id"
        )
        return statement.bindparams(
            *(bindparam(n, type_=ARRAY(columns[n].type, dimensions=1)) for n in all_names)
        )

    async def write(
        self, session: AsyncSession, rows: Sequence[tuple[Any, Mapping[str, Any]]]
    ) -> None:
        """Each row with what its columns are to be. Nothing else that the session holds is written for it."""
        if not rows:
            return
        values = {name: [to[name] for _, to in rows] for name in self.names}
        with session.no_autoflush:
            await session.execute(self._statement, {"id": [row.id for row, _ in rows], **values})
        for row, to in rows:
            for name in self.names:
                set_committed_value(row, name, to[name])
