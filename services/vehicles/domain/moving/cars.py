"""The cars of a file: what was found about each, and where its rows go. Kept as JSON with the import."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self
from uuid import UUID

from services.vehicles.domain.cars.energies import Energy
from services.vehicles.domain.moving.found import FoundCar
from services.vehicles.domain.moving.neutral import clean

FUELS: Final = {
    Energy.PETROL: "gasoline",
    Energy.DIESEL: "diesel",
    Energy.LPG: "lpg",
    Energy.ELECTRIC: "electric",
}
"""As a car's fuel type is called, where it runs on one thing."""
LONGEST_NAME: Final = 200


@dataclass(slots=True)
class CarOfFile:
    key: str
    name: str = ""
    make: str = ""
    model: str = ""
    year: int | None = None
    plate: str | None = None
    vin: str | None = None
    energies: list[str] = field(default_factory=list)
    distance_unit: str | None = None
    by_hours: bool = False
    purchased_on: str | None = None
    purchase_price: str | None = None
    currency: str | None = None
    tags: list[str] = field(default_factory=list)
    note: str | None = None
    goes: str = ""
    """`new`, `existing`, `skip`; empty as long as nobody knows."""
    vehicle_id: str | None = None
    """Of an existing car, or of the one that was made."""
    rows: int = 0

    @classmethod
    def of(cls, found: FoundCar) -> Self:
        name = clean(found.name, LONGEST_NAME)
        make, model = _called(name, found.make, found.model)
        return cls(
            key=clean(found.car, LONGEST_NAME),
            name=name,
            make=make,
            model=model,
            year=found.year if found.year and 1886 <= found.year <= 2100 else None,  # noqa: PLR2004 - the age of cars
            plate=clean(found.plate, 20) or None if found.plate else None,
            vin=clean(found.vin, 40) or None if found.vin else None,
            energies=[each.value for each in found.energies],
            distance_unit=found.distance_unit.value if found.distance_unit else None,
            by_hours=found.by_hours,
            purchased_on=found.purchased_on.isoformat() if found.purchased_on else None,
            purchase_price=str(found.purchase_price) if found.purchase_price else None,
            currency=found.currency,
            tags=[clean(tag, 40) for tag in found.tags if clean(tag, 40)][:20],
            note=clean(found.note, 500) if found.note else None,
        )

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        return cls(**row)

    def row(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def vehicle(self) -> UUID | None:
        return UUID(self.vehicle_id) if self.vehicle_id else None


def fuel_type_of(energies: Sequence[str]) -> str | None:
    return FUELS.get(Energy(energies[0])) if len(energies) == 1 else None


def _called(name: str, make: str | None, model: str | None) -> tuple[str, str]:
    """Both are needed: a car that has only a name is called by its first word and the rest."""
    first, _, rest = name.partition(" ")
    known_make, known_model = clean(make or "", LONGEST_NAME), clean(model or "", LONGEST_NAME)
    if known_make and known_model:
        return known_make, known_model
    if known_make:
        return known_make, name.removeprefix(known_make).strip() or name or known_make
    if known_model:
        return first if first != known_model and first else known_model, known_model
    return first or "-", rest.strip() or first or "-"


def cars_from(rows: Sequence[Mapping[str, Any]]) -> list[CarOfFile]:
    return [CarOfFile.from_row(row) for row in rows]
