"""Where an import stands, what becomes of each row of its file, and the words for what is wrong with one."""

from enum import StrEnum
from typing import Final

from shared.contracts.base import Language
from shared.messages import Text


class ImportState(StrEnum):
    ASKING = "asking"
    """Something only the person can say is open: the format, a unit, which car."""
    READING = "reading"
    """A worker reads its rows."""
    READY = "ready"
    """Every row is judged, and nothing is applied."""
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


OPEN: Final = frozenset({ImportState.ASKING, ImportState.READY})
"""In which it may be changed or deleted."""
BUSY: Final = frozenset({ImportState.READING, ImportState.APPLYING, ImportState.UNDOING})
"""In which a worker has it."""


class RowState(StrEnum):
    NEW = "new"
    DUPLICATE = "duplicate"
    DOUBTFUL = "doubtful"
    """Taken, and flagged."""
    BAD = "bad"
    """Left out: nobody can read it."""
    LEFT_OUT = "left_out"
    """Read, and not taken on purpose: incomes, pictures, cars the person does not want."""


TAKEN: Final = frozenset({RowState.NEW, RowState.DOUBTFUL})
REMARKS: Final = frozenset({"rounded"})
"""Said of a row that is nothing to doubt."""

WORDS: Final[dict[str, Text]] = {
    "date_missing": Text(fr="Il n'y a pas de date.", en="There is no date.", es="No hay fecha."),
    "date_unreadable": Text(
        fr="Cette date est illisible.",
        en="This date cannot be read.",
        es="Esta fecha no se puede leer.",
    ),
    "title_missing": Text(
        fr="Il n'y a pas de titre.", en="There is no title.", es="No hay título."
    ),
    "date_impossible": Text(
        fr="Cette date n'existe pas.", en="This date does not exist.", es="Esta fecha no existe."
    ),
    "number_unreadable": Text(
        fr="Ce nombre est illisible.",
        en="This number cannot be read.",
        es="Este número no se puede leer.",
    ),
    "number_missing": Text(
        fr="Il manque un nombre indispensable.",
        en="A number that is needed is missing.",
        es="Falta un número indispensable.",
    ),
    "number_too_large": Text(
        fr="Ce nombre est trop grand.",
        en="This number is too large.",
        es="Este número es demasiado grande.",
    ),
    "negative_quantity": Text(
        fr="Une quantité ne peut pas être négative.",
        en="A quantity cannot be negative.",
        es="Una cantidad no puede ser negativa.",
    ),
    "negative_amount": Text(
        fr="Ce montant ne peut pas être négatif.",
        en="This amount cannot be negative.",
        es="Este importe no puede ser negativo.",
    ),
    "negative_odometer": Text(
        fr="Un compteur ne peut pas être négatif.",
        en="An odometer cannot be negative.",
        es="Un cuentakilómetros no puede ser negativo.",
    ),
    "quantity_zero": Text(
        fr="Rien n'a été mis dans le réservoir.",
        en="Nothing went into the tank.",
        es="No entró nada en el depósito.",
    ),
    "unknown_vehicle": Text(
        fr="Ce véhicule n'est pas décrit dans le fichier.",
        en="The file does not say which car this is.",
        es="El archivo no dice qué vehículo es.",
    ),
    "cells_wrong": Text(
        fr="Cette ligne n'a pas le bon nombre de cellules.",
        en="This row has the wrong number of cells.",
        es="Esta fila no tiene el número correcto de celdas.",
    ),
    "energy_unknown": Text(
        fr="Indiquez ce que ce véhicule consomme.",
        en="Say what this car runs on.",
        es="Indica qué consume este vehículo.",
    ),
    "unit_unfit": Text(
        fr="Cette énergie ne se mesure pas dans cette unité.",
        en="This energy is not measured in that unit.",
        es="Esta energía no se mide en esa unidad.",
    ),
    "currency_missing": Text(
        fr="La devise n'est pas connue.",
        en="The currency is not known.",
        es="No se conoce la moneda.",
    ),
    "interval_missing": Text(
        fr="Ni intervalle ni échéance.",
        en="Neither an interval nor a due date.",
        es="Ni intervalo ni vencimiento.",
    ),
    "future": Text(
        fr="La date est dans le futur.", en="The date lies ahead.", es="La fecha está en el futuro."
    ),
    "implausible_amount": Text(
        fr="Ce montant est invraisemblable.",
        en="This amount is implausible.",
        es="Este importe es inverosímil.",
    ),
    "amounts_differ": Text(
        fr="Le total n'est pas la quantité fois le prix.",
        en="The total is not quantity times price.",
        es="El total no es la cantidad por el precio.",
    ),
    "rounded": Text(
        fr="Arrondi à la plus petite unité de la devise ou de la mesure.",
        en="Rounded to the smallest unit of the currency or measure.",
        es="Redondeado a la unidad más pequeña de la moneda o medida.",
    ),
    "lower_than_before": Text(
        fr="Le compteur est plus bas qu'avant.",
        en="The odometer is lower than before.",
        es="El cuentakilómetros es más bajo que antes.",
    ),
    "higher_than_later": Text(
        fr="Le compteur est plus haut qu'ensuite.",
        en="The odometer is higher than later.",
        es="El cuentakilómetros es más alto que después.",
    ),
    "too_fast": Text(
        fr="Aucun véhicule ne roule autant en si peu de jours.",
        en="No car drives that far in so few days.",
        es="Ningún vehículo recorre tanto en tan pocos días.",
    ),
    "too_high": Text(
        fr="Aucun compteur ne va si haut.",
        en="No odometer goes that high.",
        es="Ningún cuentakilómetros llega tan alto.",
    ),
    "in_the_future": Text(
        fr="Ce relevé est dans le futur.",
        en="This reading lies ahead.",
        es="Esta lectura está en el futuro.",
    ),
    "before_the_car": Text(
        fr="Ce véhicule n'existait pas encore.",
        en="This car was not built yet.",
        es="Este vehículo aún no existía.",
    ),
    "already_there": Text(fr="Déjà enregistré.", en="Already recorded.", es="Ya está registrado."),
    "seen_before": Text(fr="Déjà importé.", en="Imported before.", es="Ya se importó."),
    "car_skipped": Text(
        fr="Ce véhicule n'est pas importé.",
        en="This car is not imported.",
        es="Este vehículo no se importa.",
    ),
    "no_room": Text(
        fr="Ce véhicule n'a plus de place pour une note.",
        en="This car has no room for another note.",
        es="Este vehículo no tiene sitio para otra nota.",
    ),
}
UNKNOWN: Final = Text(
    fr="Cette ligne ne peut pas être reprise.",
    en="This row cannot be taken.",
    es="Esta fila no se puede importar.",
)


def said(code: str, language: Language) -> str:
    text = WORDS.get(code, UNKNOWN)
    spoken: str = getattr(text, language.value)
    return spoken
