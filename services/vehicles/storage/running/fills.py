from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from services.vehicles.domain.cars.energies import (
    Energy,
    QuantityUnit,
    Tank,
    energies_of,
    tank_from,
)
from services.vehicles.domain.cars.odometer import Meter, ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.doubts import Usual
from services.vehicles.storage.cars.days import Elsewhere
from services.vehicles.storage.cars.models import OdometerReading, OwnerZone, Vehicle
from services.vehicles.storage.cars.vehicles import THESE, VehicleRepository
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from services.vehicles.storage.running.models import Fill
from shared.access import Access
from shared.errors import NotFound, RoleInsufficient
from shared.local_day import DEFAULT_ZONE

HOURS = aliased(OdometerReading)
_PRICE = cast(Fill.total_minor, Float) / cast(Fill.quantity, Float)


@dataclass(frozen=True, slots=True)
class FilledCar:
    """A car as far as its fills are told, and whether whoever asks may see all of them, and what they cost."""

    id: UUID
    distance_unit: str
    fuel_type: str | None
    energies: tuple[Energy, ...]
    tanks: tuple[Tank, ...]
    shows_all: bool
    shows_costs: bool
    owner_id: UUID
    timezone: str | None
    owners_zone: str
    shared_with: Sequence[dict[str, Any]]

    @property
    def in_gallons(self) -> bool:
        return any(tank.unit is QuantityUnit.GALLON_US for tank in self.tanks)


class FillRepository(OfVehicleRepository[Fill]):
    """What is in the trash is nowhere but there."""

    model = Fill
    sees = May.READ_FILLS
    changes = May.CHANGE_FILL

    def ways(self, access: Access, what: May) -> list[ColumnElement[bool]]:
        is_there = self._column("trashed_at").is_(None)
        return [and_(way, is_there) for way in super().ways(access, what)]

    def _is_in_trash(self, access: Access, what: May) -> ColumnElement[bool]:
        return and_(self.is_allowed_anywhere(access, what), Fill.trashed_at.is_not(None))

    def listed(
        self,
        access: Access,
        *,
        vehicle_id: UUID | None = None,
        energy: Energy | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> Select[Fill]:
        statement = self.seen_by(access)
        if vehicle_id is not None:
            statement = statement.where(Fill.vehicle_id == vehicle_id)
        if energy is not None:
            statement = statement.where(Fill.energy == energy)
        if since is not None:
            statement = statement.where(Fill.day >= since)
        if until is not None:
            statement = statement.where(Fill.day <= until)
        return statement

    def in_trash(self, access: Access) -> Select[Fill]:
        return select(Fill).where(self._is_in_trash(access, self.sees))

    async def one_in_trash(self, access: Access, fill_id: UUID) -> Fill:
        """Held; raises NotFound, RoleInsufficient."""
        statement = select(Fill).where(self._is_in_trash(access, self.changes), Fill.id == fill_id)
        found = (await self.session.scalars(statement.with_for_update())).one_or_none()
        if found is None:
            theirs = select(Fill.id).where(
                self.is_allowed_anywhere(access, self.changes), Fill.id == fill_id
            )
            is_theirs = await self.session.scalar(theirs) is not None
            raise NotFound if is_theirs else RoleInsufficient
        return found

    async def links_of(self, access: Access, fill_id: UUID, *, in_trash: bool = False) -> Any:
        """Its row of (vehicle_id, tariff_id), before either is held, for whoever sees the car; with `in_trash` wherever it lies.
        Raises NotFound.
        """
        seen = self.is_allowed_anywhere(access, May.SEE_CAR)
        statement = select(Fill.vehicle_id, Fill.tariff_id).where(seen, Fill.id == fill_id)
        if not in_trash:
            statement = statement.where(Fill.trashed_at.is_(None))
        found = (await self.session.execute(statement)).one_or_none()
        if found is None:
            raise NotFound
        return found

    async def hand_over(self, vehicle_id: UUID, *, costs: bool, documents: bool) -> None:
        """To another owner, for whom the giver's tariffs are nothing. The caller holds the car."""
        blank: dict[str, Any] = {"tariff_id": None}
        if not costs:
            blank |= dict.fromkeys(("unit_price_micro", "total_minor", "currency", "derived"))
        if not documents:
            blank["document_ids"] = []
        statement = update(Fill).where(Fill.vehicle_id == vehicle_id).values(blank)
        await self.session.execute(statement.execution_options(synchronize_session=False))

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[Any]:
        """Rows of a fill's columns and what became of its readings in the ledger. The caller has seen the car, and all of its fills."""
        statement = (
            select(
                Fill.id,
                Fill.day,
                Fill.at,
                Fill.energy,
                Fill.unit,
                Fill.quantity,
                Fill.measured_at,
                Fill.battery,
                Fill.total_minor,
                Fill.currency,
                Fill.is_full,
                Fill.level_after,
                Fill.missed_before,
                Fill.odometer_metres,
                Fill.engine_minutes,
                Fill.own_metres,
                Fill.other_metres,
                OdometerReading.status.label("reading_status"),
                OdometerReading.metres.label("reading_metres"),
                OdometerReading.segment_id,
                HOURS.status.label("hours_status"),
                HOURS.segment_id.label("hours_segment_id"),
            )
            .outerjoin(
                OdometerReading,
                and_(
                    OdometerReading.id == Fill.reading_id,
                    OdometerReading.status != ReadingStatus.VOID,
                ),
            )
            .outerjoin(
                HOURS,
                and_(
                    HOURS.origin_id == Fill.id,
                    HOURS.meter == Meter.HOURS,
                    HOURS.status != ReadingStatus.VOID,
                ),
            )
            .where(Fill.vehicle_id == vehicle_id, Fill.trashed_at.is_(None))
        )
        return (await self.session.execute(statement)).all()

    async def moving_of(self, vehicle_id: UUID) -> Sequence[Fill]:
        """All that moved it, to follow trips from one to the next. The caller holds the car."""
        statement = select(Fill).where(
            Fill.vehicle_id == vehicle_id,
            Fill.trashed_at.is_(None),
            Fill.energy != Energy.ADBLUE,
        )
        return (await self.session.scalars(statement)).all()

    async def has_trips(self, vehicle_id: UUID) -> bool:
        statement = select(Fill.id).where(
            Fill.vehicle_id == vehicle_id, Fill.trip_metres.is_not(None), Fill.trashed_at.is_(None)
        )
        return await self.session.scalar(statement.limit(1)) is not None

    async def with_document(self, access: Access, document_id: UUID) -> Sequence[Fill]:
        """Locked, in one order; those in the trash too."""
        statement = select(Fill).where(
            self.is_owned(access.person), Fill.document_ids.contains([str(document_id)])
        )
        return (await self.session.scalars(statement.order_by(Fill.id).with_for_update())).all()

    async def with_tariff(self, tariff_id: UUID) -> Sequence[Fill]:
        """Those priced by it, locked in one order. The caller holds the tariff."""
        statement = select(Fill).where(Fill.tariff_id == tariff_id).order_by(Fill.id)
        return (await self.session.scalars(statement.with_for_update())).all()

    async def last_energy(self, vehicle_id: UUID) -> Energy | None:
        """Of the last thing that moved it. The caller holds the car."""
        statement = (
            select(Fill.energy)
            .where(
                Fill.vehicle_id == vehicle_id,
                Fill.trashed_at.is_(None),
                Fill.energy != Energy.ADBLUE,
            )
            .order_by(Fill.day.desc(), Fill.at.desc().nulls_last(), Fill.id.desc())
        )
        found = await self.session.scalar(statement.limit(1))
        return Energy(found) if found else None

    async def cars(self, access: Access, ids: Collection[UUID]) -> dict[UUID, FilledCar]:
        """How their fills are told; the caller has seen something of each."""
        cars = VehicleRepository(self.session)
        statement = select(
            Vehicle.id,
            Vehicle.distance_unit,
            Vehicle.fuel_type,
            Vehicle.energies,
            Vehicle.tanks,
            cars.is_allowed(access, self.sees).label("shows_all"),
            cars.is_allowed(access, May.SEE_COSTS).label("shows_costs"),
            Vehicle.owner_id,
            Vehicle.timezone,
            _owners_zone().label("owners_zone"),
            Vehicle.shared_with,
        ).where(cars.is_seen(access), Vehicle.id == THESE)
        rows = await self.session.execute(statement, {"these": list(ids)})
        return {row.id: _car(row) for row in rows}

    async def car_read_whole(self, access: Access, vehicle_id: UUID) -> FilledCar:
        """For what is made from all of its fills. Raises NotFound, RoleInsufficient."""
        car = (await self.cars(access, [vehicle_id])).get(vehicle_id)
        if car is None:
            raise NotFound
        if not car.shows_all:
            raise RoleInsufficient
        return car

    async def usual_prices(
        self, ids: Collection[UUID]
    ) -> dict[UUID, Mapping[tuple[Energy, str], Usual]]:
        """What each car usually pays; free ones left out. The caller has seen the cars."""
        statement = (
            select(
                Fill.vehicle_id,
                Fill.energy,
                Fill.currency,
                func.percentile_cont(0.5).within_group(_PRICE.asc()).label("price"),
                func.count().label("count"),
            )
            .where(
                Fill.vehicle_id.in_(ids),
                Fill.trashed_at.is_(None),
                Fill.total_minor > 0,
                Fill.quantity > 0,
            )
            .group_by(Fill.vehicle_id, Fill.energy, Fill.currency)
        )
        found: dict[UUID, dict[tuple[Energy, str], Usual]] = {}
        for row in await self.session.execute(statement):
            usual = Usual(float(row.price), row[4])
            found.setdefault(row.vehicle_id, {})[Energy(row.energy), row.currency] = usual
        return dict(found)

    async def sums(
        self, access: Access, *, vehicle_id: UUID | None, since: date, until: Elsewhere, by: str
    ) -> Sequence[Any]:
        """Rows of (key, energy, currency, fills, quantity, minor units) by `energy`, `month`, `station` or `vehicle_id`; money only of
        those whose price they may see. `until`: a day at the car of each.
        """
        keys: dict[str, ColumnElement[Any]] = {
            "energy": Fill.energy.expression,
            "month": func.to_char(Fill.day, "YYYY-MM"),
            "station": func.coalesce(Fill.station, literal("")),
            "vehicle_id": Fill.vehicle_id.expression,
        }
        may_see = or_(
            self.is_allowed_anywhere(access, May.SEE_COSTS), Fill.made_by == access.person
        )
        minor = case((may_see, Fill.total_minor), else_=None)
        currency = case((minor.is_not(None), Fill.currency), else_=None)
        quantity = func.coalesce(Fill.quantity, 0)
        inner = select(
            keys[by].label("key"),
            Fill.energy.label("energy"),
            currency.label("currency"),
            minor.label("minor"),
            quantity.label("quantity"),
        ).where(self.is_seen(access), Fill.day.between(since, until.day_of(Fill.vehicle_id)))
        if vehicle_id is not None:
            inner = inner.where(Fill.vehicle_id == vehicle_id)
        row = inner.subquery()
        grouped = (row.c.key, row.c.energy, row.c.currency)
        statement = (
            select(
                *grouped,
                func.count(),
                func.sum(row.c.quantity),
                func.coalesce(func.sum(row.c.minor), 0),
            )
            .group_by(*grouped)
            .order_by(*grouped)
        )
        return (await self.session.execute(statement)).all()


def _owners_zone() -> ColumnElement[str]:
    owners = select(OwnerZone.timezone).where(OwnerZone.account_id == Vehicle.owner_id)
    return func.coalesce(owners.scalar_subquery(), DEFAULT_ZONE)


def _car(row: Any) -> FilledCar:
    return FilledCar(
        row.id,
        row.distance_unit,
        row.fuel_type,
        energies_of(row.energies, row.fuel_type),
        tuple(tank_from(tank) for tank in row.tanks),
        row.shows_all,
        row.shows_costs,
        row.owner_id,
        row.timezone,
        row.owners_zone,
        row.shared_with,
    )
