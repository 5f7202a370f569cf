"""A car as the engine sees it: facts only, no owner, no plate, no serial number."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.ai.domain.wording import fold

ALL_WHEELS = ("quattro", "4motion", "xdrive", "4matic", "4x4", "awd", "allgrip", "all4")
MID_YEAR = (7, 1)


class Fuel(StrEnum):
    GASOLINE = "gasoline"
    DIESEL = "diesel"
    HYBRID = "hybrid"
    PLUGIN_HYBRID = "plugin_hybrid"
    ELECTRIC = "electric"
    LPG = "lpg"


FUEL_NAMES = {
    "petrol": Fuel.GASOLINE,
    "essence": Fuel.GASOLINE,
    "gasolina": Fuel.GASOLINE,
    "e85": Fuel.GASOLINE,
    "ethanol": Fuel.GASOLINE,
    "gazole": Fuel.DIESEL,
    "gasoil": Fuel.DIESEL,
    "hybride": Fuel.HYBRID,
    "hibrido": Fuel.HYBRID,
    "mild hybrid": Fuel.GASOLINE,
    "phev": Fuel.PLUGIN_HYBRID,
    "plug in hybrid": Fuel.PLUGIN_HYBRID,
    "plugin hybrid": Fuel.PLUGIN_HYBRID,
    "hybride rechargeable": Fuel.PLUGIN_HYBRID,
    "hibrido enchufable": Fuel.PLUGIN_HYBRID,
    "electrique": Fuel.ELECTRIC,
    "electrico": Fuel.ELECTRIC,
    "ev": Fuel.ELECTRIC,
    "gpl": Fuel.LPG,
    "glp": Fuel.LPG,
}
GEARBOX_NAMES = {
    "auto": "automatic",
    "automatique": "automatic",
    "automatico": "automatic",
    "cvt": "automatic",
    "dct": "automatic",
    "manuelle": "manual",
    "manuel": "manual",
    "semi automatic": "semi_automatic",
}


def fuel_named(name: str | None) -> Fuel | None:
    """What a person or another service calls it; None when unknown."""
    folded = fold((name or "").replace("_", " "))
    if not folded:
        return None
    by_value = {fuel.value.replace("_", " "): fuel for fuel in Fuel}
    return by_value.get(folded) or FUEL_NAMES.get(folded)


def gearbox_named(name: str | None) -> str | None:
    folded = fold((name or "").replace("_", " "))
    known = {"manual", "automatic"}
    return folded if folded in known else GEARBOX_NAMES.get(folded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    make: str = ""
    model: str = ""
    year: int | None = None
    fuel: Fuel | None = None
    gearbox: str | None = None  # manual | automatic | semi_automatic
    engine: str = ""
    mileage_km: int | None = None
    first_registration: date | None = None
    timing_drive: str | None = None  # belt | chain
    scr: bool | None = None
    awd: bool | None = None

    @property
    def born(self) -> date | None:
        """First registration, or the middle of the model year when only that is known."""
        if self.first_registration:
            return self.first_registration
        return date(self.year, *MID_YEAR) if self.year else None

    @property
    def has_four_driven_wheels(self) -> bool:
        if self.awd is not None:
            return self.awd
        words = re.split(r"\s+", f"{self.model} {self.engine}".lower())
        return any(word in ALL_WHEELS for word in words)

    @property
    def shifts_itself(self) -> bool | None:
        return None if self.gearbox is None else self.gearbox != "manual"

    @property
    def name(self) -> str:
        return " ".join(str(part) for part in (self.make, self.model, self.year) if part)
