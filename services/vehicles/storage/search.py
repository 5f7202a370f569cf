"""What somebody sees, found by the words in it, whatever the accents and the case."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Integer, Select, column, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.things import Kind
from services.vehicles.storage.things import SEARCHED, Thing
from services.vehicles.storage.timeline import told_columns
from shared.access import Access

RANKS = {kind: rank for rank, kind in enumerate(Kind)}


class SearchRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def found(
        self,
        access: Access,
        words: Sequence[str],
        *,
        kinds: Collection[Kind],
        start: int,
        size: int,
    ) -> Sequence[Any]:
        """Rows of (kind, id, vehicle_id, day, …) that hold all words; cars first, then kind by kind, the latest first."""
        parts = [
            part.add_columns(literal(RANKS[thing.kind], Integer).label("rank"))
            for thing, part in self._sources(access, words, kinds)
        ]
        if not parts:
            return []
        merged = union_all(*parts).subquery()
        ordered = select(merged).order_by(
            merged.c.rank, merged.c.day.desc().nulls_last(), merged.c.id.desc()
        )
        return (await self.session.execute(ordered.offset(start).limit(size))).all()

    async def count(self, access: Access, words: Sequence[str], *, kinds: Collection[Kind]) -> int:
        parts = [
            select(func.count().label("some")).select_from(part.subquery())
            for _, part in self._sources(access, words, kinds)
        ]
        if not parts:
            return 0
        together: Any = select(func.sum(column("some"))).select_from(union_all(*parts).subquery())
        return int(await self.session.scalar(together) or 0)

    def _sources(
        self, access: Access, words: Sequence[str], kinds: Collection[Kind]
    ) -> list[tuple[Thing, Select[Any]]]:
        return [
            (thing, _matching(self.session, access, thing, words))
            for thing in SEARCHED
            if thing.kind in kinds
        ]


def _matching(
    session: AsyncSession, access: Access, thing: Thing, words: Sequence[str]
) -> Select[Any]:
    """No amounts: a list of what was found is no list of what was paid."""
    text = func.folded(func.concat_ws(" ", *thing.searched))
    statement = select(*told_columns(thing, with_costs=False)).where(
        thing.repository(session).is_seen(access),
        *(func.strpos(text, word) > 0 for word in words),
    )
    return statement if thing.where is None else statement.where(thing.where)
