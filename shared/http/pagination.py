"""Lists: `{count, next, previous, results}` by page or by cursor; search and ordering from the list's own allow-lists.

    Vehicles = Annotated[ListQuery, listed_by({"created_at": Vehicle.created_at}, default="-created_at", search=(Vehicle.make,))]

    async def list_vehicles(work: InWork, caller: CurrentCaller, listing: Vehicles) -> Page[VehicleOut]:
        return await listing.page(work.session, work.vehicles.seen_by(caller.access), into=VehicleOut.of)

What is said there is what the OpenAPI text offers and what is refused otherwise. The order is always total: the id breaks ties.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import BigInteger, BindParameter, Select, String, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.reading import found
from shared.db.ways import first_of_each_way
from shared.errors import BadRequest
from shared.http.cursors import LONGEST, Place, beyond, place_of
from shared.http.models import NO_NUL
from shared.messages import Text

WITHIN: BindParameter[str] = bindparam("list_within", type_=String)
MOST: BindParameter[int] = bindparam("list_most", type_=BigInteger)
START: BindParameter[int] = bindparam("list_start", type_=BigInteger)
T = TypeVar("T")
U = TypeVar("U")
DEFAULT_SIZE = 20
MAX_SIZE = 100
MAX_PAGE = 100_000
OWN_SEARCH = None
"""The endpoint looks through `listing.search` itself."""

PageNumber = Annotated[
    int, Query(ge=1, le=MAX_PAGE, description="Which page, from 1.", examples=[1])
]
PageSize = Annotated[
    int, Query(ge=1, le=MAX_SIZE, description="How many results a page holds.", examples=[20])
]
Cursor = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        pattern=r"^[A-Za-z0-9_-]*$",
        description="Instead of `page`: empty for the start, then as found in `next` and `previous`. What is added or "
        "deleted meanwhile neither repeats nor hides a result.",
        json_schema_extra={"format": "autotrack-cursor"},
        examples=[""],
    ),
]
Search = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=NO_NUL,
        description="Only what holds this text, in any case.",
        examples=["peugeot"],
    ),
]


class OrderingUnknown(BadRequest):
    code = "ordering_unknown"
    text = Text(
        fr="Ordre inconnu ; possibles : {allowed}.",
        en="Unknown ordering; possible: {allowed}.",
        es="Orden desconocido; posibles: {allowed}.",
    )


class Page(BaseModel, Generic[T]):
    model_config = ConfigDict(extra="forbid")

    count: int = Field(description="How many there are on all pages.")
    next: str | None = Field(description="Address of the next page.")
    previous: str | None = Field(description="Address of the page before.")
    results: list[T]

    def with_results(self, results: list[U]) -> "Page[U]":
        """The same page of something else, made from its rows."""
        return Page(count=self.count, next=self.next, previous=self.previous, results=results)


class PageQuery:
    """Which page the caller asked for, of results that are found in a way of their own."""

    def __init__(self, request: Request, page: int, page_size: int) -> None:
        self._request = request
        self.page_number = page
        self.page_size = page_size

    @property
    def start(self) -> int:
        return (self.page_number - 1) * self.page_size

    def _link(self, **changed: str) -> str:
        query = {**self._request.query_params, **changed}
        return f"{self._request.url.path}?{urlencode(query)}"

    def of(self, results: list[T], count: int) -> Page[T]:
        more = self.page_number * self.page_size < count
        return Page(
            count=count,
            next=self._link(page=str(self.page_number + 1)) if more else None,
            previous=self._link(page=str(self.page_number - 1)) if self.page_number > 1 else None,
            results=results,
        )


async def _page_asked(
    request: Request, page: PageNumber = 1, page_size: PageSize = DEFAULT_SIZE
) -> PageQuery:
    return PageQuery(request, page, page_size)


Pages = Annotated[PageQuery, Depends(_page_asked)]
"""For what is not one query: `listing.start`, `listing.page_size`, `listing.of(results, count)`."""


@dataclass(frozen=True, eq=False)
class Offer:
    """What a list can be ordered by and searched in."""

    order_by: Mapping[str, Any]
    default: str
    search: Sequence[Any] | None = ()

    @property
    def orderings(self) -> list[str]:
        return [sign + name for name in self.order_by for sign in ("", "-")]

    def searches(self, words: str | None) -> bool:
        return bool(words and self.search)

    def found(self, statement: Select[Any], words: str | None) -> Select[Any]:
        return self.narrowed(statement, _within(words or "")) if self.searches(words) else statement

    def narrowed(self, statement: Select[Any], within: Any) -> Select[Any]:
        searched = self.search or ()
        return statement.where(or_(*(each.ilike(within, escape="\\") for each in searched)))


def _within(words: str) -> str:
    """The pattern of a text that holds the words."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


@dataclass(frozen=True, slots=True)
class Veil:
    """What stands for a column in the order, to whom it is not shown of every row."""

    column: Any
    value_of: Callable[[Any], Any]


class ListQuery(PageQuery):
    """What the caller asked of a list that is one query."""

    def __init__(
        self, request: Request, offer: Offer, *, page: int, page_size: int, ordering: str
    ) -> None:
        super().__init__(request, page, page_size)
        self._offer = offer
        if ordering.removeprefix("-") not in offer.order_by:
            raise OrderingUnknown(pointer="?ordering", allowed=", ".join(sorted(offer.order_by)))
        self.ordering = ordering
        self.search: str | None = None
        self._cursor: str | None = None
        self._veil: Veil | None = None

    @property
    def ordered_by(self) -> str:
        """The name the page is ordered by, which a cursor says anew. Raises CursorInvalid."""
        place = place_of(self._cursor, self._offer.order_by) if self._cursor else None
        return (place.ordering if place else self.ordering).removeprefix("-")

    def veiled(self, column: Any, value_of: Callable[[Any], Any]) -> "ListQuery":
        """Ordered by this instead of what is not shown of every row; `value_of` says it of a row."""
        self._veil = Veil(column, value_of)
        return self

    def also(self, *, cursor: str | None, search: str | None = None) -> "ListQuery":
        self._cursor, self.search = cursor, search
        return self

    async def page(
        self, session: AsyncSession, statement: Select[Any], *, into: Callable[[Any], T]
    ) -> Page[T]:
        """Run `statement` (of one entity) for this page. Raises CursorInvalid."""
        if self._cursor is not None:
            return await self._page_by_cursor(
                session, self._offer.found(statement, self.search), into
            )
        values: dict[str, Any] = {MOST.key: self.page_size + 1, START.key: self.start}
        searches = self._offer.searches(self.search)
        if searches:
            values[WITHIN.key] = _within(self.search or "")
        if self._veil is not None:
            rows = (await session.scalars(self._completed(statement), values)).all()
        else:
            rows = await found(
                session,
                statement,
                like=(self._offer, self.ordering, searches),
                completed=self._completed,
                values=values,
            )
        more, rows = len(rows) > self.page_size, rows[: self.page_size]
        if more or (self.start and not rows):
            count = await _count(session, self._offer.found(statement, self.search))
        else:
            count = self.start + len(rows)  # the last page tells without another query
        return self.of([into(row) for row in rows], count)

    def _completed(self, statement: Select[Any]) -> Select[Any]:
        """With what was asked of the list, its values left open: each list is said once in each order, whoever asks."""
        entity = statement.column_descriptions[0]["entity"]
        if self._offer.searches(self.search):
            statement = self._offer.narrowed(statement, WITHIN)
        order = self._order(entity, self.ordering)
        ordered = first_of_each_way(statement, order, MOST + START).order_by(*order)
        return ordered.limit(MOST).offset(START)

    async def _read(
        self, session: AsyncSession, statement: Select[Any]
    ) -> tuple[Sequence[Any], bool]:
        """This page's rows, and whether there are more: one row too many is asked for."""
        rows = (await session.scalars(statement.limit(self.page_size + 1))).all()
        return rows[: self.page_size], len(rows) > self.page_size

    def _column_of(self, ordering: str) -> Any:
        return self._veil.column if self._veil else self._offer.order_by[ordering.removeprefix("-")]

    def _order(self, entity: Any, ordering: str, *, backwards: bool = False) -> list[Any]:
        column = self._column_of(ordering)
        falls = ordering.startswith("-")
        first = column.asc() if falls == backwards else column.desc()
        last = entity.id.asc() if backwards else entity.id.desc()
        if not getattr(column.expression, "nullable", True):
            # As an index has it: none would serve for an order of nulls there are not.
            return [first, last]
        return [first.nulls_first() if backwards else first.nulls_last(), last]

    async def _page_by_cursor(
        self, session: AsyncSession, statement: Select[Any], into: Callable[[Any], T]
    ) -> Page[T]:
        entity = statement.column_descriptions[0]["entity"]
        place = place_of(self._cursor, self._offer.order_by) if self._cursor else None
        ordering = place.ordering if place else self.ordering
        column = self._column_of(ordering)
        backwards = place is not None and place.is_before
        order = self._order(entity, ordering, backwards=backwards)
        wanted = statement if place is None else statement.where(beyond(place, column, entity.id))
        wanted = first_of_each_way(wanted, order, self.page_size + 1).order_by(*order)
        rows, more = await self._read(session, wanted)
        if backwards:
            rows = rows[::-1]
        has_next, has_previous = (True, more) if backwards else (more, place is not None)
        is_whole = place is None and not more

        def edge(row: Any, *, is_before: bool) -> str:
            value = self._veil.value_of(row) if self._veil else getattr(row, column.key)
            return self._link(cursor=Place(ordering, value, row.id, is_before).text())

        return Page(
            count=len(rows) if is_whole else await _count(session, statement),
            next=edge(rows[-1], is_before=False) if rows and has_next else None,
            previous=edge(rows[0], is_before=True) if rows and has_previous else None,
            results=[into(row) for row in rows],
        )


async def _count(session: AsyncSession, statement: Select[Any]) -> int:
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    return (await session.scalar(counted)) or 0


def listed_by(
    order_by: Mapping[str, Any], *, default: str, search: Sequence[Any] | None = ()
) -> Any:
    """The dependency of a list: the names it can be ordered by with their columns, and the columns it is searched in."""
    offer = Offer(order_by, default, search)
    chosen = Query(
        max_length=50,
        description="`-` in front: descending. Empty values come last.",
        json_schema_extra={"enum": offer.orderings},
        examples=[default],
    )

    async def asked(
        request: Request,
        page: PageNumber = 1,
        page_size: PageSize = DEFAULT_SIZE,
        cursor: Cursor = None,
        ordering: Annotated[str, chosen] = default,
    ) -> ListQuery:
        query = ListQuery(request, offer, page=page, page_size=page_size, ordering=ordering)
        return query.also(cursor=cursor)

    async def asked_and_searched(
        query: Annotated[ListQuery, Depends(asked)], search: Search = None
    ) -> ListQuery:
        query.search = search
        return query

    return Depends(asked if search == () else asked_and_searched)
