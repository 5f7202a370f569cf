"""The garages around a point: a box on the index, then the haversine of what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    cast,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.garages.places import EARTH_KM, Box, Place, box_around
from services.vehicles.storage.garages.models import Garage, OpeningException, OpeningSpan


@dataclass(frozen=True, slots=True)
class Circle:
    centre: Place
    radius_km: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a garage nearby has to be; None is whatever."""

    specialty: str | None = None
    open_at: datetime | None = None
    takes_bookings: bool | None = None


def _in_box(box: Box) -> ColumnElement[bool]:
    return and_(
        Garage.latitude.between(box.south, box.north),
        or_(*(Garage.longitude.between(west, east) for west, east in box.spans)),
    )


def _km_from(centre: Place) -> ColumnElement[float]:
    """As `domain/garages/places.py` says it; a test holds them together."""
    here, there = func.radians(centre.latitude), func.radians(Garage.latitude)
    up = func.power(func.sin((there - here) / 2), 2)
    along = func.power(func.sin(func.radians(Garage.longitude - centre.longitude) / 2), 2)
    inner = func.least(1.0, up + func.cos(here) * func.cos(there) * along)
    found: ColumnElement[float] = 2 * EARTH_KM * func.asin(func.sqrt(inner))
    return found


def _is_open(moment: datetime) -> ColumnElement[bool]:
    """On each garage's own clock, as `domain/garages/hours.py` says it: a dated exception replaces the week."""
    wall = func.timezone(Garage.timezone, moment)
    minute = cast(func.extract("hour", wall) * 60 + func.extract("minute", wall), Integer)
    today = cast(wall, Date)
    special = and_(
        OpeningException.garage_id == Garage.id,
        OpeningException.starts_on <= today,
        OpeningException.ends_on >= today,
    )
    span = func.jsonb_array_elements(OpeningException.spans).table_valued(
        column("value", JSONB), name="span"
    )
    value = span.c.value
    in_special = exists(
        select(literal(1))
        .select_from(OpeningException)
        .join(span, literal(value=True))
        .where(
            special,
            value["opens"].as_integer() <= minute,
            value["closes"].as_integer() > minute,
        )
    )
    in_week = exists().where(
        OpeningSpan.garage_id == Garage.id,
        OpeningSpan.weekday == cast(func.extract("isodow", wall), Integer),
        OpeningSpan.opens <= minute,
        OpeningSpan.closes > minute,
    )
    return or_(in_special, and_(in_week, not_(exists().where(special))))


def _near(circle: Circle, wanted: Wanted) -> Select[UUID, float]:
    """Ids and distances of all that fit."""
    km = _km_from(circle.centre).label("km")
    statement = select(Garage.id, km).where(
        Garage.closed_at.is_(None),
        Garage.latitude.is_not(None),
        _in_box(box_around(circle.centre, circle.radius_km)),
    )
    if wanted.specialty is not None:
        statement = statement.where(Garage.specialties.contains([wanted.specialty]))
    if wanted.takes_bookings is not None:
        statement = statement.where(Garage.takes_bookings.is_(wanted.takes_bookings))
    if wanted.open_at is not None:
        statement = statement.where(_is_open(wanted.open_at))
    return statement


class NearbyRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def found(
        self, circle: Circle, wanted: Wanted, *, start: int, size: int
    ) -> tuple[Sequence[tuple[Garage, float]], int]:
        """A page of them with their distance in kilometres, the nearest first, and how many there are in all."""
        inside = _near(circle, wanted).subquery()
        within = inside.c.km <= circle.radius_km
        counted = select(inside.c.id, inside.c.km, func.count().over().label("total"))
        page = (
            counted.where(within).order_by(inside.c.km, inside.c.id).limit(size).offset(start)
        ).subquery()
        statement = select(Garage, page.c.km, page.c.total).join(page, page.c.id == Garage.id)
        rows = (await self.session.execute(statement.order_by(page.c.km, page.c.id))).all()
        if rows or not start:
            return [(row[0], row[1]) for row in rows], rows[0][2] if rows else 0
        total = select(func.count()).select_from(inside).where(within)
        return [], await self.session.scalar(total) or 0
