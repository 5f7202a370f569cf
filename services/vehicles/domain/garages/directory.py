"""The words of the directory: what garages are good at, and what kinds of work they offer."""

from enum import StrEnum
from typing import Final

from shared.messages import Text


class Specialty(StrEnum):
    GENERAL = "general"
    TYRES = "tyres"
    BRAKES = "brakes"
    ENGINE = "engine"
    TRANSMISSION = "transmission"
    EXHAUST = "exhaust"
    SUSPENSION = "suspension"
    ELECTRICS = "electrics"
    DIAGNOSTICS = "diagnostics"
    AIR_CONDITIONING = "air_conditioning"
    BODYWORK = "bodywork"
    PAINT = "paint"
    GLASS = "glass"
    ELECTRIC_CARS = "electric_cars"
    HYBRIDS = "hybrids"
    GAS = "gas"
    CLASSIC_CARS = "classic_cars"
    MOTORCYCLES = "motorcycles"
    VANS = "vans"
    TRUCKS = "trucks"
    INSPECTION = "inspection"
    CLEANING = "cleaning"
    BREAKDOWN = "breakdown"


SPECIALTIES: Final[dict[Specialty, Text]] = {
    Specialty.GENERAL: Text(fr="Mécanique générale", en="General repairs", es="Mecánica general"),
    Specialty.TYRES: Text(fr="Pneus", en="Tyres", es="Neumáticos"),
    Specialty.BRAKES: Text(fr="Freins", en="Brakes", es="Frenos"),
    Specialty.ENGINE: Text(fr="Moteur", en="Engine", es="Motor"),
    Specialty.TRANSMISSION: Text(
        fr="Boîte et embrayage", en="Gearbox and clutch", es="Caja y embrague"
    ),
    Specialty.EXHAUST: Text(fr="Échappement", en="Exhaust", es="Escape"),
    Specialty.SUSPENSION: Text(
        fr="Suspension et direction", en="Suspension and steering", es="Suspensión y dirección"
    ),
    Specialty.ELECTRICS: Text(fr="Électricité", en="Electrics", es="Electricidad"),
    Specialty.DIAGNOSTICS: Text(fr="Diagnostic", en="Diagnostics", es="Diagnosis"),
    Specialty.AIR_CONDITIONING: Text(
        fr="Climatisation", en="Air conditioning", es="Aire acondicionado"
    ),
    Specialty.BODYWORK: Text(fr="Carrosserie", en="Bodywork", es="Carrocería"),
    Specialty.PAINT: Text(fr="Peinture", en="Paint", es="Pintura"),
    Specialty.GLASS: Text(fr="Vitrage", en="Glass", es="Lunas"),
    Specialty.ELECTRIC_CARS: Text(
        fr="Voitures électriques", en="Electric cars", es="Coches eléctricos"
    ),
    Specialty.HYBRIDS: Text(fr="Hybrides", en="Hybrids", es="Híbridos"),
    Specialty.GAS: Text(fr="GPL et GNV", en="LPG and CNG", es="GLP y GNC"),
    Specialty.CLASSIC_CARS: Text(
        fr="Voitures de collection", en="Classic cars", es="Coches clásicos"
    ),
    Specialty.MOTORCYCLES: Text(fr="Motos", en="Motorcycles", es="Motos"),
    Specialty.VANS: Text(fr="Utilitaires", en="Vans", es="Furgonetas"),
    Specialty.TRUCKS: Text(fr="Poids lourds", en="Trucks", es="Camiones"),
    Specialty.INSPECTION: Text(fr="Contrôle technique", en="Roadworthiness test", es="ITV"),
    Specialty.CLEANING: Text(fr="Nettoyage", en="Cleaning", es="Limpieza"),
    Specialty.BREAKDOWN: Text(fr="Dépannage", en="Breakdown recovery", es="Asistencia y grúa"),
}
