"""What somebody sees, found by the words in it, whatever the accents and the case."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Integer,
    Select,
    Text,
    bindparam,
    column,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.things import ThingKind
from services.vehicles.storage.reach import Reach, seen
from services.vehicles.storage.things import SEARCHED, Thing
from services.vehicles.storage.timeline import told_columns

RANKS = {kind: rank for rank, kind in enumerate(ThingKind)}


START: BindParameter[int] = bindparam("start", type_=BigInteger)
SIZE: BindParameter[int] = bindparam("size", type_=BigInteger)


class SearchRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def found(
        self,
        reach: Reach,
        words: Sequence[str],
        *,
        kinds: frozenset[ThingKind],
        start: int,
        size: int,
    ) -> Sequence[Any]:
        """Rows of (kind, id, vehicle_id, day, …) that hold all words; cars first, then kind by kind, the latest first."""
        values = _values(reach, words, kinds) | {START.key: start, SIZE.key: size}
        return (await self.session.execute(_found(kinds, len(words)), values)).all()

    async def count(
        self, reach: Reach, words: Sequence[str], *, kinds: frozenset[ThingKind]
    ) -> int:
        statement = _counted(kinds, len(words))
        return int(await self.session.scalar(statement, _values(reach, words, kinds)) or 0)


def _values(reach: Reach, words: Sequence[str], kinds: frozenset[ThingKind]) -> dict[str, Any]:
    return reach.values(kinds) | {f"word_{place}": word for place, word in enumerate(words)}


@lru_cache(maxsize=256)
def _found(kinds: frozenset[ThingKind], words: int) -> Any:
    """Said once, whoever looks for whichever words."""
    parts = [
        _matching(thing, words).add_columns(literal(RANKS[thing.kind], Integer).label("rank"))
        for thing in SEARCHED
        if thing.kind in kinds
    ]
    merged = union_all(*parts).subquery()
    ordered = select(merged).order_by(
        merged.c.rank, merged.c.day.desc().nulls_last(), merged.c.id.desc()
    )
    return ordered.offset(START).limit(SIZE)


@lru_cache(maxsize=256)
def _counted(kinds: frozenset[ThingKind], words: int) -> Any:
    parts = [
        select(func.count().label("some")).select_from(_matching(thing, words).subquery())
        for thing in SEARCHED
        if thing.kind in kinds
    ]
    return select(func.sum(column("some"))).select_from(union_all(*parts).subquery())


def _matching(thing: Thing, words: int) -> Select[Any]:
    """No amounts: a list of what was found is no list of what was paid."""
    text = func.folded(func.concat_ws(" ", *thing.searched))
    holds = [
        func.strpos(text, bindparam(f"word_{place}", type_=Text)) > 0 for place in range(words)
    ]
    statement = select(*told_columns(thing, with_costs=False)).where(seen(thing), *holds)
    return statement if thing.where is None else statement.where(thing.where)
