"""From the texts of an import to its rows: what was found, and what could not be read; then judged, as far as nobody need be asked."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.cars.energies import MEASURES, OF_UNIT, Energy, QuantityUnit
from services.vehicles.domain.moving.cars import CarOfFile, cars_from
from services.vehicles.domain.moving.found import Bad, FoundCar, Item, LeftOut, Part, Settled
from services.vehicles.domain.moving.neutral import clean, kind_of, to_row
from services.vehicles.domain.moving.recognising import reader_of
from services.vehicles.domain.moving.states import ImportState, RowState
from services.vehicles.storage.moving.models import VehicleImport
from services.vehicles.usecases.moving.judging import count, judge_car, judge_skipped
from services.vehicles.usecases.moving.targets import ENERGY, NEW, SKIP, look_at, propose
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id

CHUNK: Final = 1_000
LONGEST_CELL: Final = 200
LONGEST_KEY: Final = 200
BAD: Final = "bad"


async def read_rows(work: Work, *, imported: VehicleImport, parts: Sequence[Part]) -> None:
    """Anew, whatever was read before; choices already made for a car stay. The import is held, and settled."""
    reader = reader_of(imported.format or "")
    settled = Settled(imported.format or "", {k: str(v) for k, v in imported.facts.items()})
    await work.import_rows.forget(imported.id)
    items = reader.read(parts, settled)
    number, cars, rows_of = 0, list[CarOfFile](), Counter[str]()
    while chunk := await asyncio.to_thread(_next, items):
        rows = []
        for item in chunk:
            if isinstance(item, FoundCar):
                cars.append(CarOfFile.of(item))
                continue
            rows.append(_row(imported, number, item))
            number += 1
            if not isinstance(item, Bad | LeftOut):
                rows_of[clean(item.car, LONGEST_KEY)] += 1
        await work.import_rows.keep(rows)
    imported.cars = [car.row() for car in _kept(cars, rows_of, imported)]


def _next(items: Iterator[Item]) -> list[Item]:
    return list(islice(items, CHUNK))


def _row(imported: VehicleImport, number: int, item: Any) -> dict[str, Any]:
    row = {
        "id": new_id(),
        "import_id": imported.id,
        "owner_id": imported.owner_id,
        "number": number,
        "line": item.place.line,
        "section": clean(item.place.section, LONGEST_KEY),
        "cell_column": "",
        "cell": "",
        "thing_id": None,
    }
    if isinstance(item, Bad):
        return row | {
            "kind": BAD,
            "car": "",
            "state": RowState.BAD,
            "codes": [item.code],
            "cell_column": clean(item.column, LONGEST_KEY),
            "cell": clean(item.cell, LONGEST_CELL),
            "day": None,
            "found": {},
        }
    is_left_out = isinstance(item, LeftOut)
    return row | {
        "kind": kind_of(item),
        "car": clean(item.car, LONGEST_KEY),
        "state": RowState.LEFT_OUT if is_left_out else RowState.NEW,
        "codes": [clean(item.what, LONGEST_KEY)] if is_left_out else list(item.doubts),
        "day": item.day,
        "found": to_row(item),
    }


def _kept(
    found: list[CarOfFile], rows_of: Counter[str], imported: VehicleImport
) -> list[CarOfFile]:
    """Each once; a file that describes no car has those its rows name."""
    cars = {car.key: car for car in reversed(found)}
    if not cars:
        cars = {key: CarOfFile(key, name=key, make=key or "-", model=key or "-") for key in rows_of}
    before = {car.key: car for car in cars_from(imported.cars)}
    for key, car in cars.items():
        known = before.get(key)
        if known is not None and known.goes == NEW:
            cars[key] = known  # with what was said of it
        elif known is not None and known.goes:
            car.goes, car.vehicle_id = known.goes, known.vehicle_id
        cars[key].rows = rows_of[key]
    return sorted(cars.values(), key=lambda car: car.key)


async def judge_rows(work: Work, *, access: Access, imported: VehicleImport) -> None:
    """Where every car has its place; else the person is asked. Raises NotFound, RoleInsufficient for a car that is theirs no more."""
    cars = cars_from(imported.cars)
    said = imported.answers.get("vehicle")
    await propose(work, access=access, cars=cars, wanted=UUID(said) if said else None)
    imported.cars = [car.row() for car in cars]
    if any(not car.goes for car in cars):
        imported.state = ImportState.ASKING
        await count(work, imported=imported)
        return
    await work.import_rows.refuse_strangers(imported.id, [car.key for car in cars])
    asks_energy = False
    for car in cars:
        if car.goes == SKIP:
            await judge_skipped(work, imported=imported, car=car)
            continue
        target = await look_at(work, access=access, imported=imported, car=car)
        if target is not None:
            judged = await judge_car(work, imported=imported, target=target)
            await work.import_rows.judge(imported.id, judged.news)
            asks_energy = asks_energy or judged.lacks_energy
    await count(work, imported=imported)
    imported.questions = [_about_energy()] if asks_energy else []
    imported.state = ImportState.ASKING if asks_energy else ImportState.READY


def _about_energy() -> dict[str, Any]:
    """Asked rather than all fills of a car refused; what is counted in kilograms or kilowatt-hours says it by that."""
    moving = [each.value for each in Energy if each is not Energy.ADBLUE]
    choices = [each for each in moving if MEASURES[Energy(each)] is OF_UNIT[QuantityUnit.LITRE]]
    return {"name": ENERGY, "choices": choices, "proposed": Energy.PETROL.value, "samples": []}
