"""What a printed statement of a year's trips says."""

from typing import Final

from shared.messages import Text

TITLE: Final = Text(
    fr="Relevé des trajets {year}",
    en="Statement of trips {year}",
    es="Relación de trayectos {year}",
)
DRIVER: Final = Text(
    fr="Seuls figurent les trajets notés par la personne qui a demandé ce relevé.",
    en="Only trips written down by the person who asked for this statement are in it.",
    es="Solo figuran los trayectos anotados por la persona que pidió esta relación.",
)
VEHICLE: Final = Text(fr="Véhicule", en="Vehicle", es="Vehículo")
PLATE: Final = Text(fr="Immatriculation", en="Registration", es="Matrícula")
VIN: Final = Text(fr="N° de série (VIN)", en="VIN", es="N.º de bastidor (VIN)")
POWER: Final = Text(fr="Puissance fiscale", en="Fiscal power", es="Potencia fiscal")
POWER_OF: Final = Text(fr="{power} CV", en="{power} (French P.6)", es="{power} (P.6 francés)")
MADE_ON: Final = Text(fr="Établi le", en="Made on", es="Emitido el")
BY: Final = Text(fr="avec AutoTrack", en="with AutoTrack", es="con AutoTrack")
SUMS: Final = Text(fr="En bref", en="In short", es="En breve")
BUSINESS: Final = Text(
    fr="Trajets professionnels", en="Driven for business", es="Trayectos profesionales"
)
PRIVATE: Final = Text(fr="Trajets privés", en="Driven privately", es="Trayectos privados")
TRIPS: Final = Text(fr="Trajets", en="Trips", es="Trayectos")
AMOUNT_IN_ALL: Final = Text(
    fr="Montant d'après le barème", en="Amount by the scale", es="Importe según el baremo"
)
COUNTED: Final = Text(
    fr="Ce que comptent les trajets professionnels",
    en="What business trips count for",
    es="Lo que cuentan los trayectos profesionales",
)
SCALE: Final = Text(fr="Barème et source", en="Scale and source", es="Baremo y fuente")
SINCE: Final = Text(
    fr="Valable depuis le {first}.", en="Valid since {first}.", es="Válido desde el {first}."
)
VALID: Final = Text(
    fr="Valable du {first} au {last}.",
    en="Valid from {first} to {last}.",
    es="Válido del {first} al {last}.",
)
CHECKED: Final = Text(
    fr="Source vérifiée le {day}.", en="Source checked on {day}.", es="Fuente comprobada el {day}."
)
ELECTRIC: Final = Text(
    fr="Véhicule électrique\u00a0: montant multiplié par {factor}.",
    en="Electric vehicle: amount multiplied by {factor}.",
    es="Vehículo eléctrico: importe multiplicado por {factor}.",
)
DISTANCE: Final = Text(fr="Distance", en="Distance", es="Distancia")
AMOUNT: Final = Text(fr="Montant", en="Amount", es="Importe")
POWER_UNSAID: Final = Text(
    fr="Ce barème dépend de la puissance fiscale, qui n'a pas été indiquée\u00a0: aucun montant n'est calculé.",
    en="This scale depends on the fiscal power, which was not said: no amount is worked out.",
    es="Este baremo depende de la potencia fiscal, que no se ha indicado: no se calcula ningún importe.",
)
UNCOUNTED: Final = Text(
    fr="Trajets professionnels qu'aucun barème connu d'AutoTrack ne couvre\u00a0: {distance}.",
    en="Driven for business, and covered by no scale that AutoTrack knows: {distance}.",
    es="Trayectos profesionales que ningún baremo conocido por AutoTrack cubre: {distance}.",
)
NOTE: Final = Text(
    fr="Calculé d'après les trajets notés et les barèmes cités. C'est l'administration fiscale qui décide de ce qu'elle retient.",
    en="Worked out from the trips as they were written down and from the scales named. What is accepted is for the tax office to say.",
    es="Calculado a partir de los trayectos anotados y de los baremos citados. Es la administración tributaria quien decide qué acepta.",
)
BY_PURPOSE: Final = Text(fr="Par motif", en="By purpose", es="Por motivo")
PURPOSE: Final = Text(fr="Motif", en="Purpose", es="Motivo")
USE: Final = Text(fr="Usage", en="Use", es="Uso")
COUNT: Final = Text(fr="Nombre", en="Number", es="Número")
EACH: Final = Text(fr="Trajet par trajet", en="Trip by trip", es="Trayecto a trayecto")
DAY: Final = Text(fr="Date", en="Date", es="Fecha")
METER: Final = Text(fr="Compteur", en="Odometer", es="Odómetro")
TOTAL: Final = Text(fr="Total", en="Total", es="Total")
GAPS: Final = Text(
    fr="Ce qu'aucun trajet n'explique",
    en="What no trip explains",
    es="Lo que ningún trayecto explica",
)
GAPS_TEXT: Final = Text(
    fr="Distances entre deux relevés du compteur, au-delà des trajets notés. Elles ne sont comptées nulle part.",
    en="Distances between two odometer readings, beyond the trips written down. They are counted nowhere.",
    es="Distancias entre dos lecturas del cuentakilómetros, más allá de los trayectos anotados. No se cuentan en ninguna parte.",
)
FROM: Final = Text(fr="Du", en="From", es="Del")
UNTIL: Final = Text(fr="Au", en="To", es="Al")
NOTHING: Final = Text(
    fr="Aucun trajet n'a été noté cette année-là.",
    en="No trip was written down that year.",
    es="No se anotó ningún trayecto ese año.",
)
