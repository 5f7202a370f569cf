"""What a car's printed history says."""

from collections.abc import Mapping
from typing import Final

from shared.contracts.base import Language
from shared.messages import Text

TITLE: Final = Text(fr="Historique du véhicule", en="Vehicle history", es="Historial del vehículo")
SUBTITLE: Final = Text(
    fr="Entretien, kilométrage, consommation et coûts, tels qu'ils ont été notés au fil du temps.",
    en="Maintenance, mileage, consumption and costs, as they were written down over time.",
    es="Mantenimiento, kilometraje, consumo y costes, tal como se anotaron con el tiempo.",
)
MADE_ON: Final = Text(fr="Établi le", en="Made on", es="Emitido el")
BY: Final = Text(fr="avec AutoTrack", en="with AutoTrack", es="con AutoTrack")
VIN: Final = Text(fr="N° de série (VIN)", en="VIN", es="N.º de bastidor (VIN)")
PLATE: Final = Text(fr="Immatriculation", en="Registration", es="Matrícula")
YEAR: Final = Text(fr="Année", en="Year", es="Año")
FIRST: Final = Text(
    fr="Première immatriculation", en="First registered", es="Primera matriculación"
)
RUNS_ON: Final = Text(fr="Énergie", en="Runs on", es="Energía")
COLOR: Final = Text(fr="Couleur", en="Colour", es="Color")
ODOMETER: Final = Text(fr="Compteur", en="Odometer", es="Cuentakilómetros")
SUMMARY: Final = Text(fr="En bref", en="In short", es="En breve")
VISITS: Final = Text(fr="Interventions", en="Times worked on", es="Intervenciones")
READINGS: Final = Text(
    fr="Relevés du compteur", en="Odometer readings", es="Lecturas del cuentakilómetros"
)
FILLS: Final = Text(fr="Pleins et recharges", en="Fills and charges", es="Repostajes y cargas")
PAPERS: Final = Text(fr="Justificatifs", en="Papers", es="Justificantes")
SPAN: Final = Text(fr="Période couverte", en="Covers", es="Período cubierto")
TIMELINE: Final = Text(fr="Chronologie", en="Timeline", es="Cronología")
DAY: Final = Text(fr="Date", en="Date", es="Fecha")
WHAT: Final = Text(fr="Quoi", en="What", es="Qué")
WHERE: Final = Text(fr="Où", en="Where", es="Dónde")
AMOUNT: Final = Text(fr="Montant", en="Amount", es="Importe")
PAPER: Final = Text(fr="Pièce", en="Paper", es="Pieza")
COSTS: Final = Text(fr="Coûts", en="Costs", es="Costes")
TOTAL: Final = Text(fr="Total", en="Total", es="Total")
COSTS_IN: Final = Text(
    fr="En {currency}, par année et par poste.",
    en="In {currency}, by year and kind.",
    es="En {currency}, por año y concepto.",
)
NOT_CONVERTED: Final = Text(
    fr="Les montants en {currencies} n'ont pas pu être convertis et ne sont pas compris.",
    en="Amounts in {currencies} could not be converted and are not in it.",
    es="Los importes en {currencies} no se pudieron convertir y no están incluidos.",
)
CONSUMPTION: Final = Text(fr="Consommation", en="Consumption", es="Consumo")
OVER_ALL: Final = Text(fr="Sur toute la période", en="Over the whole time", es="En todo el período")
BY_MONTH: Final = Text(fr="Par mois", en="By month", es="Por mes")
MILEAGE: Final = Text(fr="Kilométrage", en="Mileage", es="Kilometraje")
CHART_OF: Final = Text(
    fr="Graphique : {what}, de {first} à {last}. Les valeurs sont dans le tableau qui suit.",
    en="Chart: {what}, from {first} to {last}. The figures are in the table that follows.",
    es="Gráfico: {what}, de {first} a {last}. Los valores están en la tabla siguiente.",
)
RECEIPTS: Final = Text(fr="Justificatifs", en="Papers", es="Justificantes")
RECEIPT: Final = Text(fr="Pièce {number}", en="Paper {number}", es="Pieza {number}")
PAGE_OF: Final = Text(
    fr="page {page} sur {of}", en="page {page} of {of}", es="página {page} de {of}"
)
PICTURE_OF: Final = Text(
    fr="Reproduction de {name}, page {page} sur {of}.",
    en="Picture of {name}, page {page} of {of}.",
    es="Reproducción de {name}, página {page} de {of}.",
)
LEFT_OUT: Final = Text(fr="non jointe", en="not included", es="no incluida")
NAMELESS: Final = Text(fr="Document", en="Document", es="Documento")
NOTHING: Final = Text(
    fr="Rien n'a encore été noté pour ce véhicule.",
    en="Nothing has been written down for this car yet.",
    es="Aún no se ha anotado nada de este vehículo.",
)
CANCELLED: Final = Text(fr="annulé", en="cancelled", es="anulado")
PLANNED: Final = Text(fr="prévu", en="planned", es="previsto")
REFUND: Final = Text(fr="avoir", en="refund", es="abono")
NEW_CLUSTER: Final = Text(
    fr="Nouveau compteur", en="New instrument cluster", es="Nuevo cuadro de instrumentos"
)
NOTE: Final = Text(
    fr="Cet historique rassemble ce que les propriétaires successifs ont noté et les pièces qu'ils ont gardées. "
    "Il ne remplace pas un contrôle du véhicule.",
    en="This history brings together what its owners wrote down and the papers they kept. It does not replace looking at the car.",
    es="Este historial reúne lo que sus propietarios anotaron y los documentos que guardaron. No sustituye una inspección "
    "del vehículo.",
)
ENERGIES: Final[Mapping[str, Text]] = {
    "petrol": Text(fr="essence", en="petrol", es="gasolina"),
    "diesel": Text(fr="gazole", en="diesel", es="gasóleo"),
    "e85": Text(fr="E85", en="E85", es="E85"),
    "lpg": Text(fr="GPL", en="LPG", es="GLP"),
    "cng": Text(fr="GNV", en="CNG", es="GNC"),
    "electric": Text(fr="électricité", en="electricity", es="electricidad"),
    "hydrogen": Text(fr="hydrogène", en="hydrogen", es="hidrógeno"),
    "adblue": Text(fr="AdBlue", en="AdBlue", es="AdBlue"),
}
UNITS: Final[Mapping[str, Text]] = {
    "gal_us": Text(fr="gal (É.-U.)", en="US gal", es="gal (EE. UU.)"),
    "gal_uk": Text(fr="gal (R.-U.)", en="UK gal", es="gal (R. U.)"),
    "mpg_us": Text(fr="mi/gal (É.-U.)", en="mpg (US)", es="mi/gal (EE. UU.)"),
    "mpg_uk": Text(fr="mi/gal (R.-U.)", en="mpg (UK)", es="mi/gal (R. U.)"),
}
PASSPORT_README: Final = Text(
    fr=(
        "Passeport de {car}\n\n"
        "passport.json : l'historique, une entrée après l'autre ; chacune contient l'empreinte de celle d'avant, et la dernière\n"
        "est signée par {issuer}. papers/ : les justificatifs, chacun sous l'empreinte SHA-256 de ses octets.\n\n"
        "Vérifier : la page {page}, ou hors ligne, dans une copie d'AutoTrack :\n"
        "  make verify-passport FILE=ce-fichier.zip\n"
        "Importer : dans AutoTrack, comme tout autre fichier ; au-delà de 20 Mo, passport.json seul suffit.\n"
    ),
    en=(
        "Passport of {car}\n\n"
        "passport.json: the history, one entry after the other; each holds the hash of the one before it, and the last is signed\n"
        "by {issuer}. papers/: the papers, each under the SHA-256 of its bytes.\n\n"
        "To verify it: the page {page}, or offline, in a copy of AutoTrack:\n"
        "  make verify-passport FILE=this-file.zip\n"
        "To import it: in AutoTrack, as any other file; above 20 MB, passport.json alone will do.\n"
    ),
    es=(
        "Pasaporte de {car}\n\n"
        "passport.json: el historial, una entrada tras otra; cada una contiene la huella de la anterior, y la última está firmada\n"
        "por {issuer}. papers/: los justificantes, cada uno bajo la huella SHA-256 de sus bytes.\n\n"
        "Para verificarlo: la página {page}, o sin conexión, en una copia de AutoTrack:\n"
        "  make verify-passport FILE=este-archivo.zip\n"
        "Para importarlo: en AutoTrack, como cualquier otro archivo; si supera 20 MB, basta con passport.json.\n"
    ),
)


def texts_in(language: Language) -> dict[str, str]:
    """All of them, by name, for a template."""
    return {
        name: getattr(text, language.value)
        for name, text in globals().items()
        if isinstance(text, Text)
    }
