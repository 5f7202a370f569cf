"""Which of our columns another program's header is likely to be: only ever proposed."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.vehicles.domain.moving.words import bare

METER, QUANTITY = "odometer", "quantity"
AMOUNTS: Final = ("total", "unit_price")
NEEDED: Final[Mapping[str, Sequence[str]]] = {
    "fill": ("date", QUANTITY),
    "record": ("date",),
    "expense": ("date", "total"),
    "reading": ("date", METER),
}
WORDS: Final[Mapping[str, str]] = {
    "date": "date datum fecha data day dia jour tag дата fuelup_date filled_at when tarih paivamaara dato dátum",
    "time": "time hora heure uhrzeit ora время godzina",
    METER: "odo kilomet mileage miles km-stand kmstand kilometerstand compteur tacho przebieg пробег chilometr reading km_ mil_",
    "unit_price": "price/ price_per unit_price prix_au prix_unit preis/ preis_pro precio/ precio_por prezzo/ prezzo_al cena_ volumeprice"
    " cost/ price_/ ppu cena/ цена",
    "total": "total cost amount montant betrag kosten importe gesamt summe coste costo kwota koszt сумма стоим price prix preis precio"
    " prezzo paid valor",
    QUANTITY: "volume quantity qty litre liter litro litri gallon gal_ menge quantite cantidad ilosc объем объ fuel_amount kwh kg_"
    " fuel_( spritmenge fuel_consumed fuelconsumed l_ liters",
    "full": "full plein voll lleno pieno cheio pełny полный tank_full is_full filled",
    "partial": "partial teil parcial parziale",
    "missed": "missed manqu verpasst vergessen omit",
    "place": "gasolinera station place garage vendor tankstelle estacion stacja lieu werkstatt taller shop location азс",
    "energy": "fuel_type fuel kraftstoff carburant combustible carburante paliwo топлив energy",
    "currency": "currency wahrung devise moneda valuta waluta валют",
    "vehicle": "vehicle car fahrzeug auto voiture vehicule vehiculo veicolo pojazd автомоб",
    "title": "title description designation bezeichnung titre concepto descrizione opis service",
    "category": "category categorie kategorie categoria type kategoria",
    "tags": "tags tag_ etiquet schlagw",
    "note": "note comment bemerk remarq observ notiz nota uwagi замет примеч",
}
"""Beginnings; `_` is any of space, `_`, `-`, or the end. Earlier fields take a header before later ones."""


def guessed(names: Sequence[str]) -> dict[str, str]:
    """Each header at most once; empty where not even a day and something to count are recognised."""
    found: dict[str, str] = {}
    free = [name for name in names if name]
    for field, words in WORDS.items():
        name = next((each for word in words.split() for each in free if _begins(each, word)), None)
        if name is not None:
            found[field] = name
            free.remove(name)
    if "date" not in found:
        return {}
    if QUANTITY in found:
        kind = "fill"
    elif "title" in found or "category" in found:
        kind = "record" if METER in found else "expense"
    else:
        kind = "expense" if "total" in found else "reading"
    return {"kind": kind, **found} if all(need in found for need in NEEDED[kind]) else {}


def _begins(name: str, word: str) -> bool:
    text = bare(name).replace("_", " ").replace("-", " ")
    wanted = bare(word).replace("-", " ")
    if wanted.endswith("_"):
        stem = wanted[:-1].replace("_", " ")
        return text == stem or text.startswith((f"{stem} ", f"{stem}("))
    return text.startswith(wanted.replace("_", " "))
