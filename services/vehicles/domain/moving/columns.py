"""Which of our columns another program's header is likely to be: only ever proposed.

By the words of its headers, in the languages in which people keep such tables, and by what stands under them: a column of days is no
amount, whatever its name begins with.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import Flag, auto
from typing import Final

from services.vehicles.domain.moving.days import Parts
from services.vehicles.domain.moving.flags import flag_of
from services.vehicles.domain.moving.marks import Written
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
    "date": "date datum fecha data day dia jour tag_ dag_ dzien giorno tankdatum fill_date filled_on дата дата fuelup_date filled_at when_"
    " tarih paivamaara dato dátum timestamp",
    "time": "time hora heure uhrzeit ora_ время godzina tijd",
    METER: "odo kilomet mileage miles km-stand kmstand kilometerstand compteur tacho przebieg пробег chilometr contachilom cuentakil"
    " quilomet hodomet licznik stan_licznika teller_ tellerstand stand_ reading km_ mil_",
    "unit_price": "price/ price_per unit_price prix_au prix_unit prix/ preis/ preis_pro literpreis precio/ precio_por precio_unit prezzo/"
    " prezzo_al prezzo_unit preco/ preco_por cena_ cena/ literprijs prijs_per volumeprice cost/ price_/ ppu цена",
    "total": "total cost amount montant betrag kosten importe importo gesamt summe suma coste costo custo kwota koszt wartosc bedrag totaal"
    " spesa somme сумма стоим price prix preis precio prezzo preco prijs paid valor cout depense",
    QUANTITY: "volume quantity qty litre liter litro litri litr_ litry gallon gal_ menge quantite quantita quantidade cantidad hoeveelheid"
    " aantal ilosc objetosc объем объём fuel_amount kwh kg_ fuel_( spritmenge fuel_consumed fuelconsumed getankt volumen l_ liters vol_",
    "full": "full plein complet voll_ volle vollgetankt volltank volgetankt vol_ lleno pieno cheio pelny pelna do_pelna полный tank_full"
    " is_full filled_to filled_up filled_",
    "partial": "partial teil parcial parziale partiel",
    "missed": "missed manqu verpasst vergessen omit",
    "place": "gasolinera station place garage vendor tankstelle estacion stacja lieu werkstatt taller shop location азс distributore posto",
    "energy": "fuel_type fuel kraftstoff carburant combustible carburante combustivel paliwo brandstof топлив energy",
    "currency": "currency wahrung devise moneda moeda valuta waluta валют",
    "vehicle": "vehicle car_ fahrzeug auto voiture vehicule vehiculo veiculo veicolo voertuig pojazd автомоб",
    "title": "title description designation bezeichnung titre concepto descrizione opis service omschrijving",
    "category": "category categorie kategorie categoria type kategoria",
    "tags": "tags tag_ etiquet schlagw",
    "note": "note comment bemerk remarq observ notiz nota uwagi opmerking замет примеч",
}
"""Beginnings; `_` is any of space, `_`, `-`, or the end. Earlier fields take a header before later ones."""


class Holds(Flag):
    """What stands in a column; nothing known of it is everything."""

    DAY = auto()
    NUMBER = auto()
    FLAG = auto()
    TEXT = auto()


ANYTHING: Final = Holds.DAY | Holds.NUMBER | Holds.FLAG | Holds.TEXT
WANTED: Final[Mapping[str, Holds]] = {
    "date": Holds.DAY,
    **dict.fromkeys((METER, QUANTITY, *AMOUNTS), Holds.NUMBER),
    **dict.fromkeys(("full", "partial", "missed"), Holds.FLAG),
}


def guessed(names: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> dict[str, str]:
    """Each header at most once; empty where not even a day and something to count are recognised. `rows`: a few of those below."""
    holds = {
        name: _holds([row[at] for row in rows if at < len(row)])
        for at, name in reversed(list(enumerate(names)))
    }
    found: dict[str, str] = {}
    free = [name for name in names if name]
    for is_it in (_begins, _has_within):
        for field, words in WORDS.items():
            if field in found:
                continue
            wanted = WANTED.get(field, ANYTHING)
            fitting = (each for each in _fitting(words, free, is_it) if holds[each] & wanted)
            name = next(fitting, None)
            if name is not None:
                found[field] = name
                free.remove(name)
    if "date" not in found:
        days = [name for name in free if holds[name] == Holds.DAY]
        found.update({"date": days[0]} if len(days) == 1 else {})
    return _of_a_kind(found)


def _of_a_kind(found: dict[str, str]) -> dict[str, str]:
    if "date" not in found:
        return {}
    if QUANTITY in found:
        kind = "fill"
    elif "title" in found or "category" in found:
        kind = "record" if METER in found else "expense"
    else:
        kind = "expense" if "total" in found else "reading"
    return {"kind": kind, **found} if all(need in found for need in NEEDED[kind]) else {}


def _holds(cells: Collection[str]) -> Holds:
    said = [cell.strip() for cell in cells if cell.strip()]
    if not said:
        return ANYTHING
    if all(Parts.of(cell) for cell in said):
        return Holds.DAY
    if all(Written.of(cell) for cell in said):
        return Holds.NUMBER | (Holds.FLAG if set(said) <= {"0", "1"} else Holds(0))
    is_flag = all(flag_of(cell) is not None for cell in said) or len(set(said)) == 1
    return Holds.TEXT | (Holds.FLAG if is_flag or len(set(said)) < len(said) else Holds(0))


def _fitting(words: str, names: Sequence[str], is_it: Callable[[str, str], bool]) -> Iterator[str]:
    return (name for word in words.split() for name in names if is_it(name, word))


def _begins(name: str, word: str) -> bool:
    text = _spaced(name)
    wanted = bare(word).replace("-", " ")
    if wanted.endswith("_"):
        stem = wanted[:-1].replace("_", " ")
        return text == stem or text.startswith((f"{stem} ", f"{stem}("))
    return text.startswith(wanted.replace("_", " "))


def _has_within(name: str, word: str) -> bool:
    """As a later word of it."""
    _, *later = _spaced(name).replace("(", " (").split()
    return any(_begins(" ".join(later[at:]), word) for at in range(len(later)))


def _spaced(name: str) -> str:
    return bare(name).replace("_", " ").replace("-", " ").replace("?", "").strip()
