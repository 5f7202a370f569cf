"""The refusals of what a car is.

AppError
├── InvalidInput
│   ├── VinMalformed            not 17 characters of the VIN alphabet
│   └── PlateMalformed          nothing left of the plate, or too long
└── Conflict
    ├── VinTaken                the owner has a car with this VIN
    ├── ReadingConflict         contradicts accepted readings, which must be voided first
    ├── ReadingSettled          voided readings stay void; accepted ones are accepted
    └── NameTaken               the catalogue has it
"""

from shared.errors import Conflict, InvalidInput
from shared.messages import Text


class VinMalformed(InvalidInput):
    code = "vin_malformed"
    text = Text(
        fr="Un numéro VIN compte 17 caractères, sans I, O ni Q.",
        en="A VIN has 17 characters, without I, O and Q.",
        es="Un VIN tiene 17 caracteres, sin I, O ni Q.",
    )


class PlateMalformed(InvalidInput):
    code = "plate_malformed"
    text = Text(
        fr="Une plaque compte de 1 à 12 lettres et chiffres.",
        en="A number plate has 1 to 12 letters and digits.",
        es="Una matrícula tiene de 1 a 12 letras y cifras.",
    )


class VinTaken(Conflict):
    code = "vin_taken"
    text = Text(
        fr="Vous avez déjà un véhicule avec ce VIN.",
        en="You already have a vehicle with this VIN.",
        es="Ya tienes un vehículo con este VIN.",
    )


class ReadingConflict(Conflict):
    code = "reading_conflict"
    text = Text(
        fr="Ce relevé contredit des relevés acceptés : annulez-les d'abord.",
        en="This reading contradicts accepted ones: void them first.",
        es="Esta lectura contradice otras aceptadas: anúlalas primero.",
    )


class ReadingSettled(Conflict):
    code = "reading_settled"
    text = Text(
        fr="Ce relevé est déjà réglé.",
        en="This reading is already settled.",
        es="Esta lectura ya está resuelta.",
    )


class NameTaken(Conflict):
    code = "name_taken"
    text = Text(
        fr="Ce nom figure déjà au catalogue.",
        en="The catalogue already has this name.",
        es="El catálogo ya tiene este nombre.",
    )
