from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from services.vehicles.domain.garages.hours import Exceptional, Hours, Span, Week
from services.vehicles.storage.garages.models import Garage, OpeningException, OpeningSpan
from shared.db.repository import Repository
from shared.ids import new_id


def spans_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    return tuple(Span(each["opens"], each["closes"]) for each in kept)


def kept_spans(spans: Sequence[Span]) -> list[dict[str, Any]]:
    return [{"opens": each.opens, "closes": each.closes} for each in sorted(spans)]


class OpeningSpanRepository(Repository[OpeningSpan]):
    """Everybody's to read; who changes them holds the garage first."""

    model = OpeningSpan

    async def week(self, garage_id: UUID) -> Week:
        statement = select(OpeningSpan).where(OpeningSpan.garage_id == garage_id)
        found: dict[int, list[Span]] = {}
        ordered = statement.order_by(OpeningSpan.weekday, OpeningSpan.opens)
        for row in await self.session.scalars(ordered):
            found.setdefault(row.weekday, []).append(Span(row.opens, row.closes))
        return found

    async def replace(self, garage_id: UUID, week: Week) -> None:
        await self.session.execute(delete(OpeningSpan).where(OpeningSpan.garage_id == garage_id))
        self.session.add_all(
            OpeningSpan(
                id=new_id(),
                garage_id=garage_id,
                weekday=weekday,
                opens=span.opens,
                closes=span.closes,
            )
            for weekday, spans in sorted(week.items())
            for span in spans
        )

    async def hours(self, garage: Garage, *, since: date) -> Hours:
        """What holds at a garage from a day on: the week, and the exceptions that are not over."""
        week = await self.week(garage.id)
        exceptions = await OpeningExceptionRepository(self.session).since(garage.id, since)
        return Hours(garage.timezone, week, [exceptional(each) for each in exceptions])


def exceptional(row: OpeningException) -> Exceptional:
    return Exceptional(row.starts_on, row.ends_on, spans_of(row.spans))


class OpeningExceptionRepository(Repository[OpeningException]):
    """As the spans of the week."""

    model = OpeningException

    async def since(self, garage_id: UUID, day: date) -> Sequence[OpeningException]:
        """Those that are not over on that day, in order."""
        statement = select(OpeningException).where(
            OpeningException.garage_id == garage_id, OpeningException.ends_on >= day
        )
        return (await self.session.scalars(statement.order_by(OpeningException.starts_on))).all()

    async def one(self, garage_id: UUID, exception_id: UUID) -> OpeningException | None:
        statement = select(OpeningException).where(
            OpeningException.garage_id == garage_id, OpeningException.id == exception_id
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def count(self, garage_id: UUID) -> int:
        counted = select(func.count()).where(OpeningException.garage_id == garage_id)
        return await self.session.scalar(counted) or 0

    async def remove_all(self, garage_id: UUID) -> None:
        statement = delete(OpeningException).where(OpeningException.garage_id == garage_id)
        await self.session.execute(statement)
