"""The garages around a point: a box on the index, then the haversine of what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Integer,
    and_,
    bindparam,
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


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which conditions a search has: each statement is made once, for to say it took ten times as long as to answer it."""

    spans: int
    """Of longitude: two across the antimeridian."""
    by_specialty: bool
    by_bookings: bool
    is_open: bool


def _number(name: str) -> BindParameter[float]:
    return bindparam(name, type_=Double)


def _in_box(spans: int) -> ColumnElement[bool]:
    return and_(
        Garage.latitude.between(_number("south"), _number("north")),
        or_(
            *(
                Garage.longitude.between(_number(f"west_{n}"), _number(f"east_{n}"))
                for n in range(spans)
            )
        ),
    )


def _km() -> ColumnElement[float]:
    """As `domain/garages/places.py` says it; a test holds them together."""
    here, there = func.radians(_number("lat")), func.radians(Garage.latitude)
    up = func.power(func.sin((there - here) / 2), 2)
    along = func.power(func.sin(func.radians(Garage.longitude - _number("lng")) / 2), 2)
    inner = func.least(1.0, up + func.cos(here) * func.cos(there) * along)
    found: ColumnElement[float] = 2 * EARTH_KM * func.asin(func.sqrt(inner))
    return found


def _is_open() -> ColumnElement[bool]:
    """On each garage's own clock, as `domain/garages/hours.py` says it: a dated exception replaces the week."""
    moment = bindparam("moment", type_=DateTime(timezone=True))
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


def _near(shape: _Shape) -> Any:
    """Ids and distances of all that fit."""
    statement: Any = select(Garage.id, _km().label("km")).where(
        Garage.closed_at.is_(None), Garage.latitude.is_not(None), _in_box(shape.spans)
    )
    if shape.by_specialty:
        said = bindparam("specialties", type_=Garage.__table__.c.specialties.type)
        statement = statement.where(Garage.specialties.contains(said))
    if shape.by_bookings:
        statement = statement.where(Garage.takes_bookings == bindparam("takes", type_=Boolean))
    if shape.is_open:
        statement = statement.where(_is_open())
    return statement


@cache
def _page(shape: _Shape) -> Any:
    inside = _near(shape).subquery()
    counted = select(inside.c.id, inside.c.km, func.count().over().label("total"))
    page = (
        counted.where(inside.c.km <= _number("radius"))
        .order_by(inside.c.km, inside.c.id)
        .limit(bindparam("size", type_=Integer))
        .offset(bindparam("start", type_=Integer))
    ).subquery()
    statement = select(Garage, page.c.km, page.c.total).join(page, page.c.id == Garage.id)
    return statement.order_by(page.c.km, page.c.id)


@cache
def _count(shape: _Shape) -> Any:
    inside = _near(shape).subquery()
    return select(func.count()).select_from(inside).where(inside.c.km <= _number("radius"))


def _said(circle: Circle, wanted: Wanted, box: Box) -> dict[str, Any]:
    said: dict[str, Any] = {
        "south": box.south,
        "north": box.north,
        "lat": circle.centre.latitude,
        "lng": circle.centre.longitude,
        "radius": circle.radius_km,
    }
    for number, (west, east) in enumerate(box.spans):
        said |= {f"west_{number}": west, f"east_{number}": east}
    if wanted.specialty is not None:
        said["specialties"] = [wanted.specialty]
    if wanted.takes_bookings is not None:
        said["takes"] = wanted.takes_bookings
    if wanted.open_at is not None:
        said["moment"] = wanted.open_at
    return said


class NearbyRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def found(
        self, circle: Circle, wanted: Wanted, *, start: int, size: int
    ) -> tuple[Sequence[tuple[Garage, float]], int]:
        """A page of them with their distance in kilometres, the nearest first, and how many there are in all."""
        box = box_around(circle.centre, circle.radius_km)
        shape = _Shape(
            len(box.spans),
            wanted.specialty is not None,
            wanted.takes_bookings is not None,
            wanted.open_at is not None,
        )
        said = _said(circle, wanted, box)
        page = said | {"size": size, "start": start}
        rows = (await self.session.execute(_page(shape), page)).all()
        if rows or not start:
            return [(row[0], row[1]) for row in rows], rows[0][2] if rows else 0
        return [], await self.session.scalar(_count(shape), said) or 0
