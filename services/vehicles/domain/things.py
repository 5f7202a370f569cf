"""What belongs to a car, by the words clients know it by; and how it is called where it has no title of its own."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from shared.messages import Text


class ThingKind(StrEnum):
    VEHICLE = "vehicle"
    MAINTENANCE = "maintenance"
    PLAN = "plan"
    REMINDER = "reminder"
    EXPENSE = "expense"
    VALUE_POINT = "value_point"
    BUDGET = "budget"
    FILL = "fill"
    COMPLETION = "completion"
    ODOMETER = "odometer"
    LIFECYCLE = "lifecycle"
    SEGMENT = "segment"
    DIAGNOSTIC = "diagnostic"
    OBLIGATION = "obligation"
    TRIP = "trip"
    TYRE_SET = "tyre_set"


NAMES: Final[Mapping[ThingKind, Mapping[str, Text]]] = {
    ThingKind.EXPENSE: {
        "energy": Text(fr="Énergie", en="Energy", es="Energía"),
        "maintenance": Text(fr="Entretien", en="Maintenance", es="Mantenimiento"),
        "repair": Text(fr="Réparation", en="Repair", es="Reparación"),
        "tyres": Text(fr="Pneus", en="Tyres", es="Neumáticos"),
        "insurance": Text(fr="Assurance", en="Insurance", es="Seguro"),
        "tax": Text(fr="Taxe", en="Tax", es="Impuesto"),
        "parking": Text(fr="Stationnement", en="Parking", es="Aparcamiento"),
        "toll": Text(fr="Péage", en="Toll", es="Peaje"),
        "fine": Text(fr="Amende", en="Fine", es="Multa"),
        "finance": Text(fr="Financement", en="Finance", es="Financiación"),
        "other": Text(fr="Autre dépense", en="Other expense", es="Otro gasto"),
    },
    ThingKind.VALUE_POINT: {
        "purchase": Text(fr="Achat", en="Purchase", es="Compra"),
        "estimate": Text(fr="Estimation", en="Estimate", es="Estimación"),
        "sale": Text(fr="Vente", en="Sale", es="Venta"),
    },
    ThingKind.COMPLETION: {
        "done": Text(fr="Fait", en="Done", es="Hecho"),
        "skip": Text(fr="Passé cette fois", en="Left out", es="Omitido"),
        "pause": Text(fr="En pause", en="Paused", es="En pausa"),
    },
    ThingKind.OBLIGATION: {
        "inspection": Text(
            fr="Contrôle technique", en="Roadworthiness test", es="Inspección técnica"
        ),
        "pollution_test": Text(
            fr="Contrôle de la pollution", en="Pollution test", es="Control de emisiones"
        ),
        "insurance": Text(fr="Assurance", en="Insurance", es="Seguro"),
    },
    ThingKind.LIFECYCLE: {
        "active": Text(fr="En service", en="In use", es="En uso"),
        "laid_up": Text(fr="Immobilisé", en="Laid up", es="Inmovilizado"),
        "sold": Text(fr="Vendu", en="Sold", es="Vendido"),
        "scrapped": Text(fr="Mis à la casse", en="Scrapped", es="Desguazado"),
    },
}
ANY_NAME: Final[Mapping[ThingKind, Text]] = {
    ThingKind.FILL: Text(fr="Plein ou recharge", en="Fill or charge", es="Repostaje o carga"),
    ThingKind.ODOMETER: Text(
        fr="Relevé du compteur", en="Odometer reading", es="Lectura del cuentakilómetros"
    ),
}
"""Of a kind whose things have one name for all of them."""


def name_of(kind: ThingKind, word: str) -> Text | None:
    """None where the word speaks for itself."""
    return NAMES.get(kind, {}).get(word) or ANY_NAME.get(kind)


_MARKS: Final = re.compile("[\u0300-\u036f]")
_OPENED: Final = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)
MOST_WORDS: Final = 12


def folded(text: str) -> str:
    """Without case and accents. `folded()` in the database does the same; a test holds them together."""
    opened = unicodedata.normalize("NFKD", text.translate(_OPENED))
    return _MARKS.sub("", opened).lower()


def words_of(text: str) -> list[str]:
    """As they are compared."""
    return folded(text).split()[:MOST_WORDS]
