"""What a GET reads: rows that say what entities say, and everything else as SQLAlchemy has it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import (
    ARRAY,
    Enum,
    MetaData,
    Numeric,
    Uuid,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, load_only, mapped_column

from shared.db.base import TYPE_MAP, Identified, Timestamped
from shared.db.reading import ReadingChanges, by_entities, found
from shared.db.shapes import Shapes, row_class
from shared.db.unit_of_work import Mode
from shared.ids import new_id

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Base(DeclarativeBase):
    metadata = MetaData()
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPE_MAP


class Colour(StrEnum):
    RED = "red"


class Thing(Base, Identified, Timestamped):
    __tablename__ = "thing"

    name: Mapped[str]
    class_: Mapped[str] = mapped_column("class")
    """Under another name than its column's."""
    count: Mapped[int]
    """As a method of every tuple is called."""
    price: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    colour: Mapped[Colour | None] = mapped_column(Enum(Colour, native_enum=False))
    facts: Mapped[dict[str, Any]]
    words: Mapped[list[str]]
    secret: Mapped[bytes]
    day: Mapped[date | None]

    @property
    def title(self) -> str:
        return f"{self.name} {self.count}"

    def costs(self, times: int) -> Decimal:
        return self.price * times


def a_thing(**said: Any) -> Thing:
    facts: dict[str, Any] = {
        "id": new_id(),
        "name": "Clé à molette",
        "class_": "tool",
        "count": 7,
        "price": Decimal("9.90"),
        "colour": Colour.RED,
        "facts": {"a": [1, None, {"b": "ü"}]},
        "words": ["one", "two"],
        "secret": b"\x00\xff",
        "day": date(2026, 2, 28),
        "created_at": datetime(2026, 11, 22, 9, 30, 1, 123456, tzinfo=UTC),
    }
    return Thing(**facts | said)


@pytest_asyncio.fixture(loop_scope="session")
async def things(open_work: Any, admin_engine: Any) -> AsyncIterator[list[UUID]]:
    made = [a_thing(), a_thing(name="A", colour=None, day=None, facts={}, words=[])]
    ids = [each.id for each in made]
    async with admin_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with open_work() as work:
        work.session.add_all(made)
    yield ids
    async with admin_engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)


async def test_a_row_says_what_the_entity_says(open_work: Any, things: list[UUID]) -> None:
    query = select(Thing).where(Thing.id.in_(things)).order_by(Thing.name)
    by_name = [select(Thing).where(Thing.name == name) for name in ("A", "Clé à molette")]
    async with open_work() as work:
        entities = (await work.session.scalars(query)).all()
    async with open_work(Mode.READING) as work:
        rows = [(await work.session.scalars(one)).one() for one in by_name]
        assert not work.session.is_open  # without SQLAlchemy's session
    names = [attribute.key for attribute in Thing.__mapper__.column_attrs]
    for row, entity in zip(
        sorted(rows, key=lambda row: row.name),
        sorted(entities, key=lambda entity: entity.name),
        strict=True,
    ):
        assert type(row) is not Thing
        assert isinstance(row, Thing)
        for name in (*names, "title"):
            assert getattr(row, name) == getattr(entity, name), name
            assert type(getattr(row, name)) is type(getattr(entity, name)), name
        assert row.costs(3) == entity.costs(3)


async def test_a_row_refuses_to_be_changed(open_work: Any, things: list[UUID]) -> None:
    async with open_work(Mode.READING) as work:
        row = await work.session.scalar(select(Thing).where(Thing.id == things[0]))
        with pytest.raises(AttributeError):
            row.name = "another"


async def test_two_values_share_a_shape_and_not_an_answer(
    open_work: Any, things: list[UUID]
) -> None:
    async with open_work(Mode.READING) as work:
        for each in [*things, new_id(), *things]:
            rows = (await work.session.scalars(select(Thing).where(Thing.id == each))).all()
            assert [row.id for row in rows] == [one for one in things if one == each]


async def test_one_value_is_read_alone(open_work: Any, things: list[UUID]) -> None:
    async with open_work(Mode.READING) as work:
        assert await work.session.scalar(select(func.count()).select_from(Thing)) == len(things)
        assert (await work.session.scalars(select(Thing.colour).order_by(Thing.name))).all() == [
            None,
            Colour.RED,
        ]
        assert await work.session.scalar(select(Thing.id).where(Thing.name == "none")) is None
        assert not work.session.is_open


@pytest.mark.parametrize("is_by_entities", [False, True])
async def test_several_columns_are_read_without_entities(
    open_work: Any, things: list[UUID], *, is_by_entities: bool
) -> None:
    query = select(Thing.name, Thing.class_, Thing.colour, Thing.words).where(
        Thing.id == func.any(bindparam("these", type_=ARRAY(Uuid)))
    )
    before = by_entities.set(is_by_entities)
    try:
        async with open_work(Mode.READING) as work:
            [found] = (await work.session.execute(query, {"these": [things[0], new_id()]})).all()
            assert found == ("Clé à molette", "tool", Colour.RED, ["one", "two"])
            assert (found.name, found.colour) == ("Clé à molette", Colour.RED)
            assert (await work.session.execute(query, {"these": []})).first() is None
            both = await work.session.execute(query, {"these": things})
            assert sorted(row.name for row in both) == ["A", "Clé à molette"]
            assert work.session.is_open is is_by_entities
            names = (await work.session.scalars(query, {"these": [things[1]]})).all()
            assert names == ["A"], "of several columns the first, as SQLAlchemy has it"
    finally:
        by_entities.reset(before)


async def test_one_or_none_is_no_more_than_one(open_work: Any, things: list[UUID]) -> None:
    async with open_work(Mode.READING) as work:

        async def found(name: str) -> Any:
            return await work.session.scalars(select(Thing.id).where(Thing.name >= name))

        assert (await found("B")).one() == (await found("B")).one_or_none() == things[0]
        assert (await found("Z")).one_or_none() is None
        for result, error in (
            (await found("A"), MultipleResultsFound),
            (await found("Z"), NoResultFound),
        ):
            with pytest.raises(error):
                result.one()
        with pytest.raises(MultipleResultsFound):
            (await found("A")).one_or_none()


async def test_more_at_once_than_the_pool_holds_wait_and_close_nothing(
    open_work: Any, things: list[UUID], app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def ask() -> int:
        async with open_work(Mode.READING) as work:
            slow = select(func.pg_backend_pid()).where(func.pg_sleep(0.02).is_not(None))
            found: int = await work.session.scalar(slow)
            return found

    size = app.state.worker._engine.pool.size()
    first = set(await asyncio.gather(*(ask() for _ in range(3 * size))))
    again = set(await asyncio.gather(*(ask() for _ in range(3 * size))))
    assert first == again
    assert len(first) <= size
    assert not [record for record in caplog.records if record.name.startswith("sqlalchemy.pool")]


@pytest.mark.parametrize(
    "query",
    [
        select(Thing).where(Thing.name.in_(["A", "b"])),
        select(Thing).options(load_only(Thing.name)),
        select(aliased(Thing)),
        select(func.sum(Thing.price)),
    ],
    ids=["a list of values", "part of a row", "an alias", "a number the driver describes"],
)
async def test_what_only_sqlalchemy_does_is_left_to_it(
    open_work: Any, things: list[UUID], query: Any
) -> None:
    async with open_work(Mode.READING) as work:
        assert await work.session.scalar(query) is not None
        assert work.session.is_open
        held = (
            await work.session.scalars(select(Thing).order_by(Thing.name))
        ).all()  # on the connection it holds
        assert [row.name for row in held] == ["A", "Clé à molette"]
        assert all(type(row) is not Thing for row in held)


@pytest.mark.parametrize(
    "query",
    [select(Thing).with_for_update(), update(Thing).values(count=1)],
    ids=["lock", "change"],
)
async def test_nothing_is_changed_or_locked(open_work: Any, things: list[UUID], query: Any) -> None:
    with pytest.raises(ReadingChanges):
        async with open_work(Mode.READING) as work:
            await work.session.scalars(query)


async def test_no_connection_is_held_between_two_queries(
    open_work: Any, things: list[UUID], app: Any
) -> None:
    pool = app.state.worker._engine.pool
    busy = pool.checkedout()
    async with open_work(Mode.READING) as work:
        await work.session.scalars(select(Thing).where(Thing.id == things[0]))
        assert pool.checkedout() == busy


async def test_a_fault_of_the_database_is_told_as_everywhere(
    open_work: Any, things: list[UUID]
) -> None:
    async with open_work(Mode.READING) as work:
        with pytest.raises(DBAPIError):
            await work.session.scalars(select(Thing).where(Thing.count / (Thing.count - 7) > 1))


async def test_a_query_completed_with_named_values_is_one_query(
    open_work: Any, things: list[UUID]
) -> None:
    made: list[int] = []

    def completed(statement: Any) -> Any:
        made.append(1)
        return (
            statement.where(Thing.name != bindparam("not"))
            .order_by(Thing.name)
            .limit(bindparam("most"))
        )

    async def ask(mode: Mode, said: str, most: int) -> list[str]:
        async with open_work(mode) as work:
            rows = await found(
                work.session,
                select(Thing),
                like="test",
                completed=completed,
                values={"not": said, "most": most},
            )
            return [row.name for row in rows]

    for mode in (Mode.READING, Mode.WRITING):
        assert await ask(mode, "x", 5) == ["A", "Clé à molette"]
        assert await ask(mode, "A", 5) == ["Clé à molette"]
        assert await ask(mode, "x", 1) == ["A"]
    assert len(made) == 1 + 3  # once, and each time where entities are read


async def test_a_value_that_is_not_named_is_refused(app: Any, open_work: Any) -> None:
    async with open_work(Mode.READING) as work:
        with pytest.raises(ValueError, match="name it"):
            await work.session.found(
                select(Thing), like="unnamed", completed=lambda one: one.where(Thing.name == "b")
            )


async def test_tests_can_ask_for_entities(open_work: Any, things: list[UUID]) -> None:
    token = by_entities.set(True)
    try:
        async with open_work(Mode.READING) as work:
            assert (
                type(await work.session.scalar(select(Thing).where(Thing.id == things[0]))) is Thing
            )
    finally:
        by_entities.reset(token)


async def test_what_is_taken_from_inside_sqlalchemy_is_there(admin_engine: Any) -> None:
    shapes = Shapes(admin_engine.dialect)
    query = select(Thing).where(Thing.count == 3, Thing.name == "x").order_by(Thing.name)
    shape, given = shapes.find(query)
    assert shape is not None
    assert [bind.effective_value for bind in given] == [3, "x"]
    assert shape.values(given, {}) == [3, "x"]
    assert "$1" in shape.sql
    assert "$2" in shape.sql
    assert (
        shapes.find(select(Thing).where(Thing.count == 4, Thing.name == "y").order_by(Thing.name))[
            0
        ]
        is shape
    )
    assert shapes.find(select(Thing).where(Thing.count == 4, Thing.name == "y"))[0] is not shape


async def test_the_row_class_is_made_once() -> None:
    assert row_class(Thing, ("id", "name")) is row_class(Thing, ("id", "name"))
