"""What an entry of a calendar says."""

from datetime import date
from typing import Final, Protocol

from services.vehicles.domain.cars.units import DistanceUnit, from_metres
from shared.contracts.base import Language
from shared.messages import Text

RANGE: Final = Text(
    fr="Prévision : entre le {first} et le {last}.",
    en="Forecast: between {first} and {last}.",
    es="Previsión: entre el {first} y el {last}.",
)
AT: Final = Text(fr="Au plus tard à {distance}.", en="At {distance} at the latest.", es="Como máximo a los {distance}.")  # fmt: skip


class Falls(Protocol):
    @property
    def due_on(self) -> date | None: ...
    @property
    def forecast_on(self) -> date | None: ...
    @property
    def earliest(self) -> date | None: ...
    @property
    def latest(self) -> date | None: ...
    @property
    def passed_on(self) -> date | None: ...


def is_tentative(falls: Falls) -> bool:
    """A day that is worked out from how the car is driven; not one that is set, nor a distance that has been passed."""
    return falls.passed_on is None and falls.forecast_on != falls.due_on


def entry_words(falls: Falls, *, shown: int | None, unit: str, language: Language) -> str:
    """`shown`: what the car's cluster will show, in metres."""
    said = []
    if is_tentative(falls) and falls.earliest and falls.latest and falls.earliest != falls.latest:
        first, last = falls.earliest.isoformat(), falls.latest.isoformat()
        said.append(RANGE.into(language, first=first, last=last))
    if shown is not None:
        distance = from_metres(shown, DistanceUnit(unit))
        said.append(AT.into(language, distance=f"{distance} {unit}"))
    return " ".join(said)
