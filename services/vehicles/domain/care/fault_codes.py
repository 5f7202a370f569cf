"""Trouble codes as scan tools show them (SAE J2012, ISO 15031-6): one spelling, what their structure says, and what they propose.

The structure is the standard's: the letter names the system, the first digit who defined the code, the second the group. A maker's
code is told as such, and no text is made up for it. Titles and urgencies of the common ones are our own (data/fault_codes.json).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from services.vehicles.domain.care.services import read_data, service_types
from shared.messages import Text

MOST_CODES: Final = 50
_LEFT_OUT: Final = re.compile(r"[\s\-\u2010-\u2015]+")
_SHAPE: Final = re.compile(r"([PCBU])([0-3])([0-9A-F])([0-9A-F]{2})([0-9A-F]{2})?")
_LONGEST: Final = 32
"""Before spaces and dashes are dropped: nobody types more."""


class NotACode(ValueError):
    """Of no form the standard knows."""


class System(StrEnum):
    POWERTRAIN = "powertrain"
    CHASSIS = "chassis"
    BODY = "body"
    NETWORK = "network"


class DefinedBy(StrEnum):
    EVERYBODY = "generic"
    MAKER = "maker"


class CodeGroup(StrEnum):
    """Of the powertrain, by the second digit."""

    AUXILIARY_EMISSIONS = "auxiliary_emissions"
    FUEL_AND_AIR = "fuel_and_air"
    INJECTORS = "injectors"
    IGNITION = "ignition"
    EMISSION_CONTROL = "emission_control"
    SPEED_AND_IDLE = "speed_and_idle"
    CONTROL_UNIT = "control_unit"
    TRANSMISSION = "transmission"
    ELECTRIC_DRIVE = "electric_drive"


SYSTEMS: Final = {
    "P": System.POWERTRAIN,
    "C": System.CHASSIS,
    "B": System.BODY,
    "U": System.NETWORK,
}
GROUPS: Final = {
    "0": CodeGroup.AUXILIARY_EMISSIONS,
    "1": CodeGroup.FUEL_AND_AIR,
    "2": CodeGroup.INJECTORS,
    "3": CodeGroup.IGNITION,
    "4": CodeGroup.EMISSION_CONTROL,
    "5": CodeGroup.SPEED_AND_IDLE,
    "6": CodeGroup.CONTROL_UNIT,
    **dict.fromkeys("789", CodeGroup.TRANSMISSION),
    **dict.fromkeys("ABCD", CodeGroup.ELECTRIC_DRIVE),
}
SYSTEM_NAMES: Final = {
    System.POWERTRAIN: Text(fr="moteur et transmission", en="powertrain", es="motor y transmisión"),
    System.CHASSIS: Text(
        fr="châssis (freins, direction, suspension)",
        en="chassis (brakes, steering, suspension)",
        es="chasis (frenos, dirección, suspensión)",
    ),
    System.BODY: Text(
        fr="carrosserie (airbags, confort)",
        en="body (airbags, comfort)",
        es="carrocería (airbags, confort)",
    ),
    System.NETWORK: Text(
        fr="réseau entre calculateurs",
        en="network between control units",
        es="red entre centralitas",
    ),
}
GROUP_NAMES: Final = {
    CodeGroup.AUXILIARY_EMISSIONS: Text(
        fr="mélange et dépollution auxiliaire",
        en="fuel, air and auxiliary emission control",
        es="mezcla y control auxiliar de emisiones",
    ),
    CodeGroup.FUEL_AND_AIR: Text(
        fr="dosage air/carburant",
        en="fuel and air metering",
        es="dosificación de aire y combustible",
    ),
    CodeGroup.INJECTORS: Text(
        fr="dosage air/carburant (injecteurs)",
        en="fuel and air metering (injectors)",
        es="dosificación de combustible (inyectores)",
    ),
    CodeGroup.IGNITION: Text(
        fr="allumage ou ratés",
        en="ignition or misfire",
        es="encendido o fallos de combustión",
    ),
    CodeGroup.EMISSION_CONTROL: Text(
        fr="dépollution", en="emission control", es="control de emisiones"
    ),
    CodeGroup.SPEED_AND_IDLE: Text(
        fr="vitesse, ralenti et alimentation",
        en="speed, idle and supply",
        es="velocidad, ralentí y alimentación",
    ),
    CodeGroup.CONTROL_UNIT: Text(
        fr="calculateur et sorties",
        en="control unit and outputs",
        es="centralita y salidas",
    ),
    CodeGroup.TRANSMISSION: Text(fr="transmission", en="transmission", es="transmisión"),
    CodeGroup.ELECTRIC_DRIVE: Text(
        fr="propulsion hybride ou électrique",
        en="hybrid or electric drive",
        es="propulsión híbrida o eléctrica",
    ),
}
MAKERS: Final = Text(
    fr="code propre au constructeur", en="maker's code", es="código propio del fabricante"
)
GENERIC: Final = Text(fr="code générique", en="generic code", es="código genérico")


@dataclass(frozen=True, slots=True)
class Guided:
    """What our guide says of a common code."""

    title: Text
    urgency: str
    """low, medium or high."""
    safety: tuple[str, ...]
    """Codes of safety advice."""


@dataclass(frozen=True, slots=True)
class FaultCode:
    code: str
    """Five characters; the same fault whatever its failure type."""
    failure_type: str | None
    """Two more digits that newer cars tell (ISO 15031-6)."""
    system: System
    group: CodeGroup | None
    defined_by: DefinedBy
    guided: Guided | None

    @property
    def text(self) -> str:
        """In the one spelling it is kept in."""
        return self.code if self.failure_type is None else f"{self.code}-{self.failure_type}"

    @property
    def title(self) -> Text:
        """The guide's; else what the structure says, and nothing more."""
        if self.guided is not None:
            return self.guided.title
        parts = [SYSTEM_NAMES[self.system]]
        if self.group is not None:
            parts.append(GROUP_NAMES[self.group])
        parts.append(MAKERS if self.defined_by is DefinedBy.MAKER else GENERIC)
        return Text(
            fr=" · ".join(part.fr for part in parts),
            en=" · ".join(part.en for part in parts),
            es=" · ".join(part.es for part in parts),
        )


def read_code(text: str) -> FaultCode:
    """However it was typed or copied: `p0 420`, `P0420-00`. Raises NotACode."""
    tidy = _LEFT_OUT.sub("", text[: _LONGEST + 1]).upper()
    found = _SHAPE.fullmatch(tidy) if len(text) <= _LONGEST else None
    if found is None:
        raise NotACode(text)
    letter, digit, group, rest, failure_type = found.groups()
    code = f"{letter}{digit}{group}{rest}"
    return FaultCode(
        code,
        failure_type,
        SYSTEMS[letter],
        GROUPS.get(group) if letter == "P" else None,
        _defined_by(letter, digit, group),
        guide().get(code),
    )


def read_codes(texts: Iterable[str]) -> list[FaultCode]:
    """In their order, doubles once; codes that are kept already pass unharmed."""
    return list({code.text: code for code in map(read_code, texts)}.values())


def _defined_by(letter: str, digit: str, group: str) -> DefinedBy:
    """0 is the standard's in each system. Of the powertrain 2 is too, and 3 from P34 to P39; elsewhere 1 and 2 are makers' (SAE J2012)."""
    ways = {
        "P": digit in "02" or (digit == "3" and group in "456789"),
        "U": digit in "03",
    }
    return DefinedBy.EVERYBODY if ways.get(letter, digit == "0") else DefinedBy.MAKER


@cache
def guide() -> dict[str, Guided]:
    rows = read_data("fault_codes.json")["codes"]
    return {
        code: Guided(
            Text(fr=row["fr"], en=row["en"], es=row["es"]), row["urgency"], tuple(row["safety"])
        )
        for code, row in rows.items()
    }


REPAIR: Final = "repair"
PROPOSED: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"P001[0-5]|P002[0-5]", ("oil_change",)),
    (r"P001[6-9]", ("timing_belt_check",)),
    (r"P008[789]|P009[0-4]", ("fuel_filter",)),
    (r"P010[0-4]|P017[14]|P21[78]7", ("air_filter",)),
    (r"P011[5-9]|P012[568]|P0217", ("coolant",)),
    (r"P03(0\d|1[0-3]|[56]\d)", ("spark_plugs",)),
    (r"P038\d|P067\d|P068[0-3]", ("glow_plugs_check",)),
    (r"P052[0-4]", ("oil_change",)),
    (r"P053\d", ("ac_service",)),
    (r"P056[0-3]|P062[0-2]", ("battery_12v_test",)),
    (r"P057[1-3]", ("brakes_inspection",)),
    (r"P0218|P0[789]..", ("atf", "manual_gearbox_oil")),
    (r"P0A8[1-5]", ("hybrid_fan_filter", "hv_battery_check")),
    (r"P0[A-D]..", ("hv_battery_check",)),
    (r"P200[23]|P242F|P244[AB]|P245[2-9]|P246[0-9A-F]", ("dpf_check",)),
    (r"P203[B-F]|P204[0-9A-F]|P207F|P20E[8-9A-F]|P2BA[0-9A-F]", ("adblue_refill",)),
    (r"C0(75|76|77).", ("tyres_wear",)),
    (r"C0051", ("wheel_alignment_check",)),
    (r"C0...", ("brakes_inspection",)),
    (r"U0...", ("battery_12v_test",)),
)
"""From a group of generic codes to the work a garage begins with: the cheap check of our reference list before the dear part. The
first that the car has counts; judgement of the trade, as the guide is, not the maker's procedure. What is in no group is a repair.
"""
_COMPILED: Final = tuple((re.compile(pattern), services) for pattern, services in PROPOSED)


def proposes(code: FaultCode, *, fuel: str | None, transmission: str | None) -> str:
    """The service of the reference list that a code asks for; of a maker's code nothing but a repair is known."""
    if code.defined_by is DefinedBy.EVERYBODY:
        for pattern, services in _COMPILED:
            if pattern.fullmatch(code.code):
                known = (service_types()[service] for service in services)
                fitting = (
                    one.id for one in known if one.suits(fuel=fuel, transmission=transmission)
                )
                return next(fitting, REPAIR)
    return REPAIR


def proposed(
    codes: Sequence[FaultCode], *, fuel: str | None, transmission: str | None
) -> list[str]:
    """Of several codes, each work once; a plain repair only where nothing better is known."""
    found = dict.fromkeys(proposes(code, fuel=fuel, transmission=transmission) for code in codes)
    return [each for each in found if each != REPAIR or len(found) == 1]
