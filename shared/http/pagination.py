"""Lists: `{count, next, previous, results}` with pages or cursors, search and ordering from allow-lists; deterministic always."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import BadRequest
from shared.messages import Text

T = TypeVar("T")
DEFAULT_SIZE = 20
MAX_SIZE = 100
MAX_PAGE = 100_000


class OrderingUnknown(BadRequest):
    code = "ordering_unknown"
    text = Text(
        fr="Ordre inconnu ; possibles : {allowed}.",
        en="Unknown ordering; possible: {allowed}.",
        es="Orden desconocido; posibles: {allowed}.",
    )


class Page(BaseModel, Generic[T]):
    model_config = ConfigDict(extra="forbid")

    count: int
    next: str | None
    previous: str | None
    results: list[T]


class ListQuery:
    """What the caller asked of a list."""

    def __init__(
        self,
        request: Request,
        page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
        page_size: Annotated[int, Query(ge=1, le=MAX_SIZE)] = DEFAULT_SIZE,
        search: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
        ordering: Annotated[str | None, Query(max_length=50, examples=["-created_at"])] = None,
    ) -> None:
        self._request = request
        self.page_number = page
        self.page_size = page_size
        self.search = search
        self.ordering = ordering

    def _order(self, order_by: Mapping[str, Any], default: str) -> list[Any]:
        asked = self.ordering or default
        column = order_by.get(asked.removeprefix("-"))
        if column is None:
            allowed = ", ".join(sorted(order_by))
            raise OrderingUnknown(pointer="?ordering", allowed=allowed)
        return [column.desc().nulls_last() if asked.startswith("-") else column.asc().nulls_last()]

    def _link(self, page: int) -> str:
        query = dict(self._request.query_params) | {"page": str(page)}
        return f"{self._request.url.path}?{urlencode(query)}"

    async def page(
        self,
        session: AsyncSession,
        statement: Select[Any],
        *,
        into: Callable[[Any], T],
        order_by: Mapping[str, Any],
        default: str,
        search: Sequence[Any] = (),
    ) -> Page[T]:
        """Run `statement` (of one entity) for this page. The entity's `id` breaks ties. Raises OrderingUnknown."""
        if self.search and search:
            like = (
                "%"
                + self.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
                + "%"
            )
            statement = statement.where(
                or_(*(column.ilike(like, escape="\\") for column in search))
            )
        order = self._order(order_by, default)
        entity = statement.column_descriptions[0]["entity"]
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
        count = (await session.scalar(counted)) or 0
        start = (self.page_number - 1) * self.page_size
        rows = await session.scalars(
            statement.order_by(*order, entity.id.desc()).offset(start).limit(self.page_size)
        )
        return self.of([into(row) for row in rows], count)

    def of(self, results: list[T], count: int) -> Page[T]:
        """A page of results that were found another way."""
        more = self.page_number * self.page_size < count
        return Page(
            count=count,
            next=self._link(self.page_number + 1) if more else None,
            previous=self._link(self.page_number - 1) if self.page_number > 1 else None,
            results=results,
        )


Listing = Annotated[ListQuery, Depends()]
