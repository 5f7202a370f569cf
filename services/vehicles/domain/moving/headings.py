"""What files that leave say, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from shared.messages import Text

DAY: Final = Text(fr="Date", en="Date", es="Fecha")
CAR: Final = Text(fr="Véhicule", en="Vehicle", es="Vehículo")
PLATE: Final = Text(fr="Immatriculation", en="Registration", es="Matrícula")
WORK: Final = Text(fr="Travaux", en="Work", es="Trabajos")
TITLE: Final = Text(fr="Titre", en="Title", es="Título")
ODOMETER: Final = Text(fr="Compteur", en="Odometer", es="Cuentakilómetros")
UNIT: Final = Text(fr="Unité", en="Unit", es="Unidad")
COST: Final = Text(fr="Montant TTC", en="Amount with tax", es="Importe con impuestos")
TAX: Final = Text(fr="Dont taxes", en="Tax in it", es="De ello, impuestos")
CURRENCY: Final = Text(fr="Devise", en="Currency", es="Moneda")
GARAGE: Final = Text(fr="Garage", en="Garage", es="Taller")
INVOICE: Final = Text(fr="N° de facture", en="Invoice no.", es="N.º de factura")
STATUS: Final = Text(fr="État", en="Status", es="Estado")
KIND: Final = Text(fr="Nature", en="Kind", es="Tipo")
DESCRIPTION: Final = Text(fr="Description", en="Description", es="Descripción")
LINES: Final = Text(fr="Lignes", en="Lines", es="Líneas")
PAPERS: Final = Text(fr="Justificatifs", en="Papers", es="Justificantes")
SHEET: Final = Text(fr="Entretiens", en="Maintenance", es="Mantenimiento")
FILE: Final = Text(fr="entretiens", en="maintenance", es="mantenimiento")

STATUSES: Final[Mapping[str, Text]] = {
    "SCHEDULED": Text(fr="Prévu", en="Scheduled", es="Previsto"),
    "IN_PROGRESS": Text(fr="En cours", en="In progress", es="En curso"),
    "COMPLETED": Text(fr="Fait", en="Done", es="Hecho"),
    "CANCELLED": Text(fr="Annulé", en="Cancelled", es="Anulado"),
}
RECORD_KINDS: Final[Mapping[str, Text]] = {
    "service": Text(fr="Travaux", en="Work", es="Trabajos"),
    "refund": Text(fr="Avoir", en="Refund", es="Abono"),
}
README: Final = Text(
    fr=(
        "Tout ce qu'AutoTrack garde de vos véhicules, une table par fichier.\n\n"
        "Montants avec un point et leur devise à côté ; distances en kilomètres (…_km), durées de marche en heures (…_h) ;\n"
        "jours et moments selon ISO 8601, les moments en UTC. Une cellule de texte qui commencerait comme une formule est\n"
        "précédée d'une apostrophe. Ce qui est dans la corbeille n'y est pas. La colonne « vehicle » dit de quel véhicule.\n"
    ),
    en=(
        "Everything AutoTrack keeps of your cars, a table per file.\n\n"
        "Amounts have a dot and their currency beside them; distances are kilometres (…_km), running times hours (…_h); days\n"
        "and moments follow ISO 8601, moments in UTC. A cell of text that would begin as a formula does has an apostrophe\n"
        'before it. What lies in the trash is not here. The column "vehicle" says of which car a row is.\n'
    ),
    es=(
        "Todo lo que AutoTrack guarda de tus vehículos, una tabla por archivo.\n\n"
        "Importes con punto y su moneda al lado; distancias en kilómetros (…_km), tiempos de marcha en horas (…_h); días y\n"
        "momentos según ISO 8601, los momentos en UTC. Una celda de texto que empezaría como una fórmula lleva un apóstrofo\n"
        "delante. Lo que está en la papelera no figura. La columna «vehicle» dice de qué vehículo es cada fila.\n"
    ),
)
