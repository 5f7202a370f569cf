"""A year's trips as a table that opens in any program, and runs nothing in it."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.domain.running.trip_statement import Statement
from services.vehicles.storage.running.trips import Trip
from services.vehicles.usecases.running.describing import exactly_in
from shared.contracts.base import Language
from shared.messages import Text

HEADINGS: Final = (
    Text(fr="Jour", en="Day", es="Día"),
    Text(fr="Compteur au départ", en="Odometer at start", es="Cuentakilómetros al salir"),
    Text(fr="Compteur à l'arrivée", en="Odometer at end", es="Cuentakilómetros al llegar"),
    Text(fr="Distance", en="Distance", es="Distancia"),
    Text(fr="Unité", en="Unit", es="Unidad"),
    Text(fr="Usage", en="Use", es="Uso"),
    Text(fr="Motif", en="Purpose", es="Motivo"),
    Text(fr="De", en="From", es="Desde"),
    Text(fr="À", en="To", es="Hasta"),
    Text(fr="Note", en="Note", es="Nota"),
)
USES: Final = {
    True: Text(fr="professionnel", en="business", es="profesional"),
    False: Text(fr="privé", en="private", es="privado"),
}
TOTAL: Final = Text(fr="Total", en="Total", es="Total")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def written(metres: int, unit: DistanceUnit) -> str:
    """With one place, as a trip counter shows it."""
    exact = exactly_in(metres, unit) or Decimal(0)
    return str(exact.quantize(Decimal("0.1")))


def table_of(
    trips: Sequence[Trip], found: Statement, unit: DistanceUnit, language: Language
) -> str:
    """A row for each trip, then the sums, then what they count for by each scale: its source, from when until when, checked when."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([heading.into(language) for heading in HEADINGS])
    for trip in trips:
        ends = [in_unit(shown, unit) for shown in (trip.start_metres, trip.end_metres)]
        use = USES[trip.business].into(language)
        said = [trip.purpose, trip.from_place, trip.to_place, trip.note]
        length = written(trip.distance_metres, unit)
        writer.writerow([trip.day, *ends, length, unit.value, use, *map(_guarded, said)])
    for is_business, metres in ((True, found.business_metres), (False, found.private_metres)):
        use, length = USES[is_business].into(language), written(metres, unit)
        writer.writerow([TOTAL.into(language), "", "", length, unit.value, use, "", "", "", ""])
    for each in found.counted:
        amount = f"{each.amount.amount} {each.amount.currency}" if each.amount else ""
        length, scale = written(each.metres, unit), each.scale
        valid = [scale.valid_from, scale.valid_to or ""]
        source = [scale.source_title, *valid, f"{scale.source_url} ({scale.checked_on})"]
        writer.writerow([scale.id, "", "", length, unit.value, amount, *source])
    return text.getvalue()


def _guarded(cell: str | None) -> str | None:
    """A table program shall read no formula in what somebody typed."""
    return f"'{cell}" if cell and cell.startswith(FORMULA) else cell
