"""Drivvo: sections marked in English, headers and yes and no in the app's language; so columns are known by where they stand.

One row of refuelling is one stop and may hold three fuels. The layouts known: 21 columns (2019), 22, and 29 with charges and drivers,
with the car's name as the 30th where several are in one file, and marks padded with commas. A row of service is one job: rows of the same
day and odometer are one record.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import OrderSeen
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.flags import FlagsSeen, flag_by
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundFill,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Settled,
)
from services.vehicles.domain.moving.marks import POINT, MarksSeen
from services.vehicles.domain.moving.sections import first_header, headers_of, lines_of
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    QUANTITIES,
    QUANTITY_UNIT,
    Settling,
)
from services.vehicles.domain.moving.sheets import (
    BadCell,
    Header,
    Lens,
    Line,
    known,
    positive,
    read_each,
)
from services.vehicles.domain.moving.visits import expense_of, together
from services.vehicles.domain.moving.words import bare, cost_of, distance_of, energy_of, unit_of

MARK: Final = re.compile(r"#{1,2}\s*([^\W\d_]{3,24})")
REFUELLING, EXPENSE, SERVICE, INCOME, VEHICLE = (
    "refuelling",
    "expense",
    "service",
    "income",
    "vehicle",
)
SECTIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("refuelling", "refueling", "reabastecimiento", "abastecimento", "repostaje"), REFUELLING
    ),
    **dict.fromkeys(("expense", "expenses", "gasto", "gastos", "despesa", "despesas"), EXPENSE),
    **dict.fromkeys(
        ("service", "services", "servicio", "servicios", "servico", "servicos"), SERVICE
    ),
    **dict.fromkeys(("income", "incomes", "ingreso", "ingresos", "receita", "receitas"), INCOME),
    **dict.fromkeys(("vehicle", "vehicles", "vehiculo", "veiculo"), VEHICLE),
    **dict.fromkeys(("route", "routes", "ruta", "percurso"), "trips"),
    **dict.fromkeys(("checklist", "reminder", "recordatorio", "lembrete"), "reminders"),
}
FUELS: Final = (2, 7, 12)
"""Where a fuel's name stands; its price, total, volume and fullness follow."""
OF_A_FUEL: Final = 5
"""Columns."""
LEAST: Final = 21
STATION, REASON, NOTE, DRIVER, PAYMENT, CAR, TITLE = (
    "station", "reason", "note", "driver", "payment", "vehicle", "title",
)  # fmt: skip
CHARGE, START, END, DISCOUNT = "charge", "start", "end", "discount"
BEHIND: Final[Mapping[int, Mapping[str, int]]] = {
    21: {STATION: 18, REASON: 19, NOTE: 20},
    22: {STATION: 19, REASON: 20, NOTE: 21},
    29: {CHARGE: 19, START: 20, END: 21, STATION: 23, DRIVER: 24, REASON: 25, PAYMENT: 26, NOTE: 27, DISCOUNT: 28},
}  # fmt: skip
PAID: Final[Mapping[str, Mapping[int, Mapping[str, int]]]] = {
    EXPENSE: {
        7: {STATION: 4, REASON: 5, NOTE: 6},
        8: {STATION: 4, DRIVER: 5, REASON: 6, NOTE: 7},
        9: {STATION: 4, DRIVER: 5, REASON: 6, PAYMENT: 7, NOTE: 8},
        11: {STATION: 4, DRIVER: 5, REASON: 6, PAYMENT: 7, NOTE: 8, TITLE: 9, DISCOUNT: 10},
    },
    SERVICE: {
        6: {STATION: 4, NOTE: 5},
        7: {STATION: 4, DRIVER: 5, NOTE: 6},
        8: {STATION: 4, DRIVER: 5, PAYMENT: 6, NOTE: 7},
        10: {STATION: 4, DRIVER: 5, PAYMENT: 6, NOTE: 7, TITLE: 8, DISCOUNT: 9},
    },
}
WORDS: Final = {
    CAR: ("vehicle", "vehic", "veic", "fahrzeug", "pojazd", "автомоб", "транспорт", "voiture", "auto"),
    NOTE: ("note", "notas", "observ", "notiz", "uwagi", "замет", "примеч", "коммент", "remarq", "bemerk"),
    STATION: ("gas station", "station", "posto", "gasolin", "tankstelle", "stacja", "азс", "заправ", "estaci", "local", "place"),
    REASON: ("reason", "motivo", "grund", "powod", "причин", "raison", "motif"),
    DRIVER: ("driver", "motorista", "conductor", "fahrer", "kierowca", "водител", "conducteur"),
}  # fmt: skip
"""Of the columns behind, where a layout is not known by its width."""
PAID_NUMBERS: Final = (0, 2)
ENTRY: Final = frozenset({REFUELLING, EXPENSE, SERVICE})


def section_of(cell: str) -> str | None:
    found = MARK.fullmatch(cell)
    if found is None:
        return None
    word = bare(found[1])
    return SECTIONS.get(word, word if cell.startswith("##") else None)


def _lines(part: Part, lens: Lens) -> Iterator[Line]:
    return lines_of(part, section_of, lens, first=REFUELLING)


def _width(header: Header) -> int:
    """Without the empty columns that pad it."""
    return max((at + 1 for at, name in enumerate(header.names) if name), default=0)


def _is_refuelling(header: Header) -> bool:
    """By the price that is named three times, whatever its name."""
    return _width(header) >= LEAST and len(_fuels(header)) == len(FUELS) and bool(header.names[3])


def _fuels(header: Header) -> Sequence[int]:
    """Where a fuel stands: as often as the price of the first is named again. Programs that write for it, and it at first, know one."""
    names = [re.sub(r"\W*\d?$", "", name) for name in header.names]
    return [at for at in FUELS if at == FUELS[0] or names[at + 1 : at + 2] == names[3:4]]


class Drivvo:
    name = "drivvo"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_is_one(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        seen = _Seen()
        for part in parts:
            if _is_one(part):
                for line in _lines(part, Lens()):
                    seen.see(line)
        settling.marks(seen.numbers, POINT)
        settling.order(seen.days)
        seen.settle_units(settling)
        seen.flags.settle(settling)
        settling.currency()
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        mine = [part for part in parts if _is_one(part)]
        rows = _Rows(settled.facts)
        yield from _cars(mine, lens, rows)
        for part in mine:
            yield from together(read_each(_unpadded(_lines(part, lens)), rows))


def _is_one(part: Part) -> bool:
    found = headers_of(part, section_of)
    if any(section in ENTRY for section, _ in found):
        return True
    top = first_header(part)
    return top is not None and _is_refuelling(top)


def _unpadded(lines: Iterator[Line]) -> Iterator[Line]:
    """Rows that are nothing but commas are none."""
    return (line for line in lines if any(cell.strip() for cell in line.row.cells))


def _cars(mine: Sequence[Part], lens: Lens, rows: "_Rows") -> Iterator[Item]:
    """Of the section of cars, and the names in the last column that it does not have."""
    named: dict[str, None] = {}
    for part in mine:
        for line in _unpadded(_lines(part, lens)):
            if line.place.section == VEHICLE:
                for item in read_each([line], rows.car):
                    named.update({item.car: None} if isinstance(item, FoundCar) else {})
                    yield item
    for part in mine:
        for line in _unpadded(_lines(part, lens)):
            name = rows.name_of(line)
            if name and name not in named:
                named[name] = None
                yield FoundCar(place=line.place, car=name, name=name, distance_unit=rows.distance)


@dataclass(slots=True)
class _Seen:
    numbers: MarksSeen = field(default_factory=MarksSeen)
    days: OrderSeen = field(default_factory=OrderSeen)
    flags: FlagsSeen = field(default_factory=FlagsSeen)
    distance: DistanceUnit | None = None
    price: str = ""
    has_fuel: bool = False

    def see(self, line: Line) -> None:
        section = line.place.section
        if section not in ENTRY:
            return
        fuels = _fuels(line.header) if section == REFUELLING else ()
        numbers = [first + more for first in fuels for more in (1, 2, 3)]
        for at in (0, *numbers) if section == REFUELLING else PAID_NUMBERS:
            self.numbers.see(line.at(at))
        self.days.see(line.at(1))
        self.distance = self.distance or distance_of(line.header.names[0])
        if section == REFUELLING:
            self.has_fuel = True
            self.price = self.price or line.header.names[3] if line.header.width > 3 else self.price  # noqa: PLR2004
            for at in fuels:
                self.flags.see(line.at(at + 4))

    def settle_units(self, settling: Settling) -> None:
        if self.distance:
            settling.tell(DISTANCE_UNIT, self.distance)
        else:
            settling.ask(DISTANCE_UNIT, DISTANCES)
        unit = unit_of(self.price.rpartition("/")[2])
        if unit:
            settling.tell(QUANTITY_UNIT, unit)
        elif self.has_fuel:
            settling.ask(QUANTITY_UNIT, QUANTITIES)


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]

    @property
    def distance(self) -> DistanceUnit:
        return DistanceUnit(self.facts[DISTANCE_UNIT])

    def __call__(self, line: Line) -> "Item | Sequence[Item] | None":
        section = line.place.section
        if section == REFUELLING:
            return self._stop(line)
        if section in PAID:
            return self._paid(line, section)
        return (
            None
            if section == VEHICLE
            else LeftOut(place=line.place, car=self.name_of(line), what=section)
        )

    def name_of(self, line: Line) -> str:
        section = line.place.section
        return self._behind(line, CAR) if section in ENTRY else ""

    @staticmethod
    def _behind(line: Line, what: str) -> str:
        section, width = line.place.section, _width(line.header)
        layouts = BEHIND if section == REFUELLING else PAID.get(section, {})
        # one more than a known layout: the car's name
        if what == CAR and width - 1 in layouts and _is_named(line.header, CAR, width - 1):
            return line.at(width - 1)
        layout = layouts.get(width) or (
            layouts.get(width - 1) if _is_named(line.header, CAR, width - 1) else None
        )
        if layout is not None:
            return line.at(layout[what]) if what in layout else ""
        first = _fuels(line.header)[-1] + OF_A_FUEL if section == REFUELLING else 4
        found = [at for at in range(first, width) if _is_named(line.header, what, at)]
        return line.at(found[-1]) if found else ""

    def _stop(self, line: Line) -> Sequence[Item]:
        day, at = line.lens.moment(line.at(1), "date")
        fills = []
        for number, first in enumerate(_fuels(line.header)):
            quantity = positive(
                line.lens.number(line.at(first + 3), "volume"), "volume", is_needed=not number
            )
            total = line.lens.number(line.at(first + 2), "total")
            if number and not quantity and not total:
                continue
            price = line.lens.number(line.at(first + 1), "price") or None
            fuel = line.at(first)
            unit, energy = self._energy(line, fuel, number)
            fills.append(
                FoundFill(
                    place=line.place, car=self.name_of(line), day=day, at=at,
                    odometer=known(line.lens.number(line.at(0), "odometer"), "odometer"),
                    quantity=quantity, unit=unit, energy=energy,
                    unit_price=price, total=total, currency=self.facts.get(CURRENCY),
                    is_full=flag_by(self.facts, line.at(first + 4)) is not False,
                    level_before=self._level(line, START) if not number else None,
                    level_after=self._level(line, END) if not number else None,
                    station=self._behind(line, STATION) or None, note=self._behind(line, NOTE) or None,
                    extra=self._extra(line, fuel), doubts=amounts_differ(quantity, price, total),
                )
            )  # fmt: skip
        return fills

    def _energy(
        self, line: Line, fuel: str, number: int
    ) -> "tuple[QuantityUnit | None, Energy | None]":
        said = self.facts.get(QUANTITY_UNIT)
        energy = energy_of(fuel)
        if not number and self._behind(line, CHARGE):
            energy = Energy.ELECTRIC
        if energy is Energy.ELECTRIC:
            return QuantityUnit.KILOWATT_HOUR, energy
        return (QuantityUnit(said) if said else None), energy

    def _level(self, line: Line, what: str) -> Decimal | None:
        said = self._behind(line, what).rstrip("% ")
        has_charge = bool(self._behind(line, CHARGE))
        return line.lens.number(said, what) if said and has_charge else None

    def _extra(self, line: Line, fuel: str) -> Mapping[str, str]:
        found = {name: self._behind(line, name) for name in (REASON, DRIVER, PAYMENT, DISCOUNT)}
        kept = {name: said for name, said in found.items() if said and said not in {"0", "0.0"}}
        return {"fuel": fuel, **kept} if fuel else kept

    def _paid(self, line: Line, section: str) -> Item:
        day, at = line.lens.moment(line.at(1), "date")
        type_, title = line.at(3), self._behind(line, TITLE)
        total = line.lens.number(line.at(2), "total")
        if total is None:
            raise BadCell("total", "number_missing")
        record = FoundRecord(
            place=line.place, car=self.name_of(line), day=day, at=at,
            odometer=known(line.lens.number(line.at(0), "odometer"), "odometer"),
            title=type_ or title or section, total=total, currency=self.facts.get(CURRENCY),
            garage=self._behind(line, STATION) or None, category=section, note=self._behind(line, NOTE) or None,
            extra=self._extra(line, ""),
        )  # fmt: skip
        return record if section == SERVICE else expense_of(record, cost_of(type_))

    def car(self, line: Line) -> FoundCar:
        """By the beginnings of its headers' words, in the languages of the app."""
        name = self._named(line, "name", "nome", "nombre", "nazwa", "назван")
        make = self._named(
            line, "make", "brand", "manufact", "marca", "marke", "herstell", "marka", "марка"
        )
        year = self._named(line, "year", "ano", "año", "jahr", "rok", "год")
        return FoundCar(
            place=line.place, car=name, name=name or make, make=make or None,
            model=self._named(line, "model", "modelo", "modell", "модел") or None,
            year=int(year) if re.fullmatch("[12][0-9]{3}", year) else None,
            plate=self._named(line, "plate", "license", "licence", "placa", "matr", "kennz", "rejestr", "номер") or None,
            vin=self._named(line, "vin", "chassi", "chasis") or None,
            distance_unit=self.distance, note=self._named(line, "note", "observ", "descri") or None,
        )  # fmt: skip

    @staticmethod
    def _named(line: Line, *beginnings: str) -> str:
        name = line.named(*beginnings)
        return line.text(name) if name else ""


def _is_named(header: Header, what: str, at: int) -> bool:
    return bare(header.names[at]).startswith(tuple(bare(word) for word in WORDS.get(what, (what,))))
