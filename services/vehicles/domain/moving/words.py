"""What other programs' own words mean: of costs, of what a car runs on, of what a quantity is counted in.

Whole words or beginnings of words, without accents, in the languages in which these programs are used. What is not here stays the
file's own word.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, TypeVar

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.running.expenses import Category

COSTS: Final[Mapping[Category, str]] = {
    Category.INSURANCE: "insur assicur versicher seguro assuranc ubezpiecz oc/ac verzeker forsakring forsikring страхов osago kasko"
    " осаго каско pojisten haftpflicht biztosit sigorta osiguran asigur rca",
    Category.PARKING: "park aparc estaciona stationn parcheg garage_rent парков stojak stellplatz",
    Category.TOLL: "toll pedagg maut peaje peage pedagio portagen oplata_drog vignett vinieta péage platn_drog tol_ платн autostrad winiet",
    Category.FINE: "fine_ fines_ ticket multa_ multas_ multe_ bussgeld strafzettel amende contravent mandat штраф pokut boete knolle",
    Category.TAX: "tax_ taxes_ taxa_ taxas_ bollo steuer_ kfz-steuer kraftfahrzeugsteuer impuest taxe_ imposto ipva registra licens"
    " licenc podatek налог belasting wegenbelasting dmv permatric immatricul zulassung inscripcion matricul registro licenciamento itv",
    Category.FINANCE: "loan leas kredit credit finan rate_ financ кредит prestamo emprest pret_ purchase kaufpreis",
    Category.TYRES: "tyre tire pneu gomm reifen opon neumat llanta band_ bande шин anvelop guma guma_ dack dekk",
    Category.REPAIR: "repair repar reparat napraw riparaz ремонт oprav javit bodywork karosser carrozz",
    Category.MAINTENANCE: "mainten manuten mantenim entretien wartung servis service servizi servicio serviço inspektion przeglad tagliando"
    " обслуж onderhoud oil_change olwechsel ol_ oil vidange revision filter filtr brak brems fren frein",
}  # fmt: skip
ENERGIES: Final[Mapping[Energy, str]] = {
    Energy.ADBLUE: "adblue def urea def_",
    Energy.E85: "e85 ethanol etanol alcool alcohol bioethanol flexfuel bio-alcohol superethanol",
    Energy.DIESEL: "diesel gazole gasoil gasoleo gasolio dizel hvo biodiesel motorina on_ дизел ropa petrodiesel derv",
    Energy.LPG: "lpg gpl glp autogas gaz_ lpg/ propane пропан",
    Energy.CNG: "cng gnv metano erdgas methane gnc bio-cng метан compressed",
    Energy.HYDROGEN: "hydrogen wasserstoff hydrogene h2_ idrogeno hidrogeno",
    Energy.ELECTRIC: "electri elektri elettri eletri strom_ kwh ev bev electro prad электр charging",
    Energy.PETROL: "petrol gasolin benzin benzyn bencin essence super sp95 sp98 e5 e10 unleaded premium regular gas бензин аи-"
    " pb95 pb98 pb eurosuper euro95 euro98 octane comum aditivada hybrid midgrade",
}  # fmt: skip
UNITS: Final[Mapping[QuantityUnit, str]] = {
    QuantityUnit.KILOWATT_HOUR: "kwh kilowatt",
    QuantityUnit.KILOGRAM: "kg kilogram",
    QuantityUnit.GALLON_UK: "imp imperial impgal uk gal_uk gbr gallon_uk",
    QuantityUnit.GALLON_US: "us us_gal gal_us usgal usa",
    QuantityUnit.LITRE: "l liter litre litro litr ltr lt л litri liters",
}
MILE: Final = re.compile(r"\b(?:mi|mile|miles|mil[ae]s?|mph|mpg)\b", re.IGNORECASE)
KILOMETRE: Final = re.compile(r"\b(?:kms?|kilomet\w*|км)\b", re.IGNORECASE)
WHOLE: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
)
"""Letters that are no letter with an accent."""
T = TypeVar("T")


def bare(text: str) -> str:
    """Lower case, without accents."""
    spread = unicodedata.normalize("NFKD", text.lower().translate(WHOLE))
    return "".join(each for each in spread if not unicodedata.combining(each))


@cache
def _beginnings(words: str) -> re.Pattern[str]:
    """A word that ends in `_` is whole, `_` within one is a space."""
    each = [
        re.escape(bare(word.rstrip("_"))).replace("_", r"[\s_-]")
        + (r"\b" if word.endswith("_") or len(word) <= 3 else "")  # noqa: PLR2004
        for word in words.split()
    ]
    return re.compile(rf"\b(?:{'|'.join(each)})")


def cost_of(said: str) -> Category | None:
    return _first(said, COSTS)


def is_work(said: str) -> bool:
    """Whether a cost's title or kind names work on the car."""
    return cost_of(said) in {Category.MAINTENANCE, Category.REPAIR, Category.TYRES}


def energy_of(said: str) -> Energy | None:
    return _first(said, ENERGIES)


def unit_of(said: str) -> QuantityUnit | None:
    """None for gallons that do not say whose."""
    return _first(said, UNITS)


def distance_of(said: str) -> DistanceUnit | None:
    if KILOMETRE.search(said):
        return DistanceUnit.KM
    return DistanceUnit.MI if MILE.search(said) else None


def _first(said: str, table: Mapping[T, str]) -> T | None:
    text = bare(said)
    return next((each for each, words in table.items() if _beginnings(words).search(text)), None)


def joined(parts: Iterable[str], by: str = "\n") -> str | None:
    """None for nothing."""
    return by.join(part for part in parts if part) or None
