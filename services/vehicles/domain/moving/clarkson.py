"""Clarkson: a dump of its MySQL database. Units are of each car's user; of a user nothing else is read, least of all the password.

Its tables and units as its own migrations make them (linuxserver/Clarkson, flyway/sql V1.0 and V1.1).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.entries import Entry, read_entries
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundFill,
    FoundRecord,
    Item,
    Part,
    Place,
    Settled,
)
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    QUANTITY_UNIT,
    VOLUMES,
    Settling,
)
from services.vehicles.domain.moving.sheets import BadCell, Lens
from services.vehicles.domain.moving.statements import Tuple, inserted, looks_like_sql
from services.vehicles.domain.moving.visits import expense_of
from services.vehicles.domain.moving.words import (
    bare,
    cost_of,
    distance_of,
    energy_of,
    is_work,
    joined,
)

USERS, VEHICLES, FUEL, COSTS = "users", "vehicles", "fuel", "costs"
FUEL_UNITS, DISTANCE_UNITS, CURRENCIES, FUEL_TYPES = (
    "fuelunits",
    "distanceunits",
    "currencyunits",
    "fueltypes",
)
COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    USERS: (
        "id", "email", "username", "password", "admin", "fuelUnit", "distanceUnit", "fuelConsumptionUnit", "currencyUnit",
    ),
    VEHICLES: (
        "id", "user", "name", "registration", "make", "model", "picture", "yearOfManufacture", "vin", "engineSizeCC", "fuelType",
    ),
    FUEL: (
        "id", "vehicle", "date", "fuelAmount", "totalCost", "fuelUnitCost", "locationLatitude", "locationLongitude",
        "odometerReading", "notes", "fullTank", "missedFillUp",
    ),
    COSTS: ("id", "vehicle", "date", "costType", "totalCost", "invoice", "notes"),
    FUEL_UNITS: ("id", "unit", "unitName"),
    DISTANCE_UNITS: ("id", "unit", "unitName"),
    CURRENCIES: ("id", "unit", "unitName", "symbol"),
    FUEL_TYPES: ("id", "type"),
}  # fmt: skip
KEPT_OF_USERS: Final = ("id", "fuelUnit", "distanceUnit", "currencyUnit")
USUAL: Final[Mapping[str, Mapping[str, str]]] = {
    FUEL_UNITS: {"1": "l", "2": "gal", "3": "gal (US)"},
    DISTANCE_UNITS: {"1": "mi", "2": "km"},
    CURRENCIES: {"1": "GBP", "2": "USD", "3": "EUR", "4": "AUD", "5": "CAD"},
    FUEL_TYPES: {"1": "Petrol", "2": "Diesel", "3": "Ethanol", "4": "LPG"},
}
"""Of a dump that does not have them."""
ALL: Final = frozenset(COLUMNS)
ROWS: Final = frozenset({FUEL, COSTS})


class Clarkson:
    name = "clarkson"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_is_one(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        known = _Known.of(parts)
        units = {known.distance(key) for key in known.cars}
        if None in units or not units:
            settling.ask(DISTANCE_UNIT, DISTANCES, proposed=DistanceUnit.MI)
        else:
            settling.tell_each(DISTANCE_UNIT, (unit or "" for unit in units))
        volumes = {known.volume(key) for key in known.cars}
        if None in volumes or not volumes:
            settling.ask(QUANTITY_UNIT, VOLUMES)
        else:
            settling.tell_each(QUANTITY_UNIT, (unit or "" for unit in volumes))
        money = {known.currency(key) for key in known.cars}
        if None in money or not money:
            settling.currency(hint=next((code for code in money if code), None))
        else:
            settling.tell_each(CURRENCY, (code or "" for code in money))
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        known = _Known.of(parts)
        rows = _Rows(known, settled.facts)
        yield from read_entries(
            (_entry(row, lens, number) for number, row in enumerate(known.cars.values(), 1)),
            rows.car,
        )
        for part in parts:
            if not _is_one(part):
                continue
            counts = dict.fromkeys(ROWS, 0)
            for row in inserted(part.text, ROWS):
                table = row.table.lower()
                counts[table] += 1
                make = rows.fill if table == FUEL else rows.cost
                yield from read_entries([_entry(row, lens, counts[table])], make)


def _is_one(part: Part) -> bool:
    return looks_like_sql(part.text) and any(
        True for _ in inserted(part.text, frozenset({FUEL, VEHICLES}))
    )


def _entry(row: Tuple, lens: Lens, number: int) -> Entry:
    table = row.table.lower()
    return Entry(row.under(COLUMNS[table]), Place(row.line, table, number), lens)


@dataclass(slots=True)
class _Known:
    """What the rows of fills and costs are read by."""

    cars: dict[str, Tuple] = field(default_factory=dict)
    users: dict[str, Mapping[str, str]] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Sequence[Part]) -> "_Known":
        known = cls(words={table: dict(words) for table, words in USUAL.items()})
        for part in parts:
            for row in inserted(part.text, ALL - ROWS) if _is_one(part) else ():
                known._take(row)
        return known

    def _take(self, row: Tuple) -> None:
        table = row.table.lower()
        said = row.under(COLUMNS[table])
        key = said.get("id", "")
        if table == USERS:
            self.users[key] = {name: said[name] for name in KEPT_OF_USERS if name in said}
        elif table == VEHICLES:
            self.cars[key] = row
        else:
            self.words[table][key] = said.get("unit") or said.get("type") or ""

    def _of_user(self, key: str, column: str, table: str) -> str:
        car = self.cars[key].under(COLUMNS[VEHICLES])
        unit = self.users.get(car.get("user", ""), {}).get(column, "")
        return self.words[table].get(unit, "")

    def distance(self, key: str) -> DistanceUnit | None:
        return distance_of(self._of_user(key, "distanceUnit", DISTANCE_UNITS))

    def volume(self, key: str) -> QuantityUnit | None:
        """Its plain gallon is the imperial one; the other says US."""
        said = bare(self._of_user(key, "fuelUnit", FUEL_UNITS))
        if "gal" in said:
            return QuantityUnit.GALLON_US if "us" in said else QuantityUnit.GALLON_UK
        return QuantityUnit.LITRE if said.startswith("l") else None

    def currency(self, key: str) -> str | None:
        return self._of_user(key, "currencyUnit", CURRENCIES) or None

    def energy(self, key: str) -> Energy | None:
        car = self.cars[key].under(COLUMNS[VEHICLES])
        return energy_of(self.words[FUEL_TYPES].get(car.get("fuelType", ""), ""))


@dataclass(frozen=True, slots=True)
class _Rows:
    known: _Known
    facts: Mapping[str, str]

    def _key(self, entry: Entry) -> str:
        key = entry.text("vehicle")
        if key not in self.known.cars:
            raise BadCell("vehicle", "unknown_vehicle", key)
        return key

    def _currency(self, key: str) -> str | None:
        return self.known.currency(key) or self.facts.get(CURRENCY)

    def car(self, entry: Entry) -> FoundCar:
        key = entry.text("id")
        energy = self.known.energy(key)
        unit = self.known.distance(key) or DistanceUnit(self.facts[DISTANCE_UNIT])
        return FoundCar(
            place=entry.place, car=key, source_id=key or None,
            name=entry.text("name") or joined([entry.text("make"), entry.text("model")], " ") or key,
            make=entry.text("make") or None, model=entry.text("model") or None, year=entry.whole("yearOfManufacture"),
            plate=entry.text("registration") or None, vin=entry.text("vin") or None,
            energies=(energy,) if energy else (), distance_unit=unit, currency=self._currency(key),
            extra=entry.rest("engineSizeCC"),
        )  # fmt: skip

    def fill(self, entry: Entry) -> FoundFill:
        key = self._key(entry)
        day, at = entry.moment("date")
        quantity, price, total = (
            entry.quantity("fuelAmount"),
            entry.number("fuelUnitCost"),
            entry.number("totalCost"),
        )
        unit = self.known.volume(key) or QuantityUnit(self.facts[QUANTITY_UNIT])
        return FoundFill(
            place=entry.place, car=key, source_id=entry.text("id") or None, day=day, at=at,
            odometer=entry.counted("odometerReading"),
            quantity=quantity, unit=unit, energy=self.known.energy(key),
            unit_price=price, total=total, currency=self._currency(key),
            is_full=entry.flag("fullTank") is not False, missed_before=entry.flag("missedFillUp") is True,
            note=entry.text("notes") or None, doubts=amounts_differ(quantity, price, total),
        )  # fmt: skip

    def cost(self, entry: Entry) -> Item:
        key = self._key(entry)
        day, at = entry.moment("date")
        kind = entry.text("costType")
        record = FoundRecord(
            place=entry.place, car=key, source_id=entry.text("id") or None, day=day, at=at,
            title=kind or entry.text("notes") or "cost", total=entry.number("totalCost"), currency=self._currency(key),
            category=kind or None, note=entry.text("notes") or None,
        )  # fmt: skip
        return record if is_work(kind) else expense_of(record, cost_of(kind))
