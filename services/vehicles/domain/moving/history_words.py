"""What a car's printed history says."""

from collections.abc import Mapping
from typing import Final

from shared.messages import Text

TITLE: Final = Text(fr="Historique du véhicule", en="Vehicle history", es="Historial del vehículo")
SUBTITLE: Final = Text(
    fr="Entretien, kilométrage, consommation et coûts, notés au fil du temps.",
    en="Maintenance, mileage, consumption and costs, written down as they came.",
    es="Mantenimiento, kilometraje, consumo y costes, anotados con el paso del tiempo.",
)
SUBTITLE_WITHOUT_COSTS: Final = Text(
    fr="Entretien, kilométrage et consommation, notés au fil du temps.",
    en="Maintenance, mileage and consumption, written down as they came.",
    es="Mantenimiento, kilometraje y consumo, anotados con el paso del tiempo.",
)
CONTENTS: Final = Text(fr="Sommaire", en="Contents", es="Contenido")
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
PROVEN: Final = Text(
    fr="Interventions justifiées", en="Work with a paper", es="Intervenciones justificadas"
)
SPAN: Final = Text(fr="Période couverte", en="Covers", es="Período cubierto")
TIMELINE: Final = Text(fr="Chronologie", en="Timeline", es="Cronología")
DAY: Final = Text(fr="Date", en="Date", es="Fecha")
WHAT: Final = Text(fr="Intervention", en="What was done", es="Intervención")
AT_DAYS_END: Final = Text(fr="Compteur", en="Odometer", es="Odómetro")
"""At the head of a narrow column."""
AMOUNT: Final = Text(fr="Montant", en="Amount", es="Importe")
PAPER: Final = Text(fr="Pièce", en="Paper", es="Pieza")
COSTS: Final = Text(fr="Coûts", en="Costs", es="Costes")
TOTAL: Final = Text(fr="Total", en="Total", es="Total")
OTHER_KINDS: Final = Text(fr="Autres postes", en="Other kinds", es="Otros conceptos")
BY_KIND: Final = Text(
    fr="Tous les postes, sur toute la période",
    en="Every kind, over the whole time",
    es="Todos los conceptos, en todo el período",
)
KIND: Final = Text(fr="Poste", en="Kind", es="Concepto")
SHARE: Final = Text(fr="Part", en="Share", es="Parte")
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
OVER_ALL: Final = Text(
    fr="Sur toute la période\u00a0: ", en="Over the whole time: ", es="En todo el período: "
)
BY_MONTH: Final = Text(
    fr="Mois par mois, en {unit}", en="Month by month, in {unit}", es="Mes a mes, en {unit}"
)
LAST_MONTHS: Final = Text(
    fr="Le graphique montre les {count} derniers mois ; le tableau, tous.",
    en="The chart shows the last {count} months, the table all of them.",
    es="El gráfico muestra los últimos {count} meses; la tabla, todos.",
)
MILEAGE: Final = Text(fr="Kilométrage", en="Mileage", es="Kilometraje")
HOURS: Final = Text(fr="Heures de marche", en="Engine hours", es="Horas de funcionamiento")
AT_YEARS_END: Final = Text(
    fr="Dernier relevé de l'année", en="Last reading of the year", es="Última lectura del año"
)
DURING_YEAR: Final = Text(
    fr="Depuis l'année d'avant", en="Since the year before", es="Desde el año anterior"
)
UNREAD: Final = Text(fr="aucun relevé", en="no reading", es="sin lectura")
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
    en="Nothing has been written down for this vehicle yet.",
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
    "Il ne dispense pas d'examiner le véhicule.",
    en="This history brings together what the owners wrote down and the papers they kept. It does not replace looking at the vehicle.",
    es="Este historial reúne lo que sus propietarios anotaron y los documentos que guardaron. No sustituye una inspección "
    "del vehículo.",
)
GAPS: Final = Text(
    fr="Ce que cet historique ne dit pas",
    en="What this history does not tell",
    es="Lo que este historial no cuenta",
)
NO_GAPS: Final = Text(
    fr="Aucune période de plus d'un an sans intervention, plein ou relevé.",
    en="No stretch of more than a year without any work, fill or reading.",
    es="Ningún período de más de un año sin intervención, repostaje o lectura.",
)
GAP_BEFORE: Final = Text(
    fr="Rien n'est connu entre la première immatriculation, le {first}, et le {last}.",
    en="Nothing is known from the first registration on {first} until {last}.",
    es="No se sabe nada entre la primera matriculación, el {first}, y el {last}.",
)
GAP_SILENT: Final = Text(
    fr="Rien n'a été noté entre le {first} et le {last}.",
    en="Nothing was written down between {first} and {last}.",
    es="No se anotó nada entre el {first} y el {last}.",
)
GAP_UNREAD: Final = Text(
    fr="Le compteur n'a pas été relevé entre le {first} et le {last}.",
    en="The meter was not read between {first} and {last}.",
    es="El contador no se leyó entre el {first} y el {last}.",
)
GAP_SINCE: Final = Text(
    fr="Rien n'a été noté depuis le {first}.",
    en="Nothing has been written down since {first}.",
    es="No se ha anotado nada desde el {first}.",
)
GAP_DOUBTED: Final = Text(
    fr="Relevés que les autres contredisent et qui ne sont pas pris en compte\u00a0: {count}.",
    en="Readings that others contradict, and that are not counted: {count}.",
    es="Lecturas que otras contradicen y que no se tienen en cuenta: {count}.",
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
