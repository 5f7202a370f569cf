"""The refusals of what a car is.

AppError
├── InvalidInput
│   ├── VinMalformed            neither 17 characters of the VIN alphabet nor a shorter chassis number
│   ├── PlateMalformed          nothing left of the plate, or too long
│   ├── MeterMissing            hours of a car that counts none, or kilometres of a machine that counts hours
│   └── TripWithoutReading      a trip is told, and no reading it could be added to
└── Conflict
    ├── VinTaken                the owner has a car with this VIN
    ├── ReadingSettled          voided readings stay void
    ├── MeterFixed              what a car is fitted with, once there are readings of it
    ├── SegmentExists           a cluster began on that day already
    ├── PhaseRefused            the car is in that state already, or was moved later than that day
    └── NameTaken               the catalogue, or the owner's list, has it
"""

from shared.errors import Conflict, InvalidInput
from shared.messages import Text


class VinMalformed(InvalidInput):
    code = "vin_malformed"
    text = Text(
        fr="Un numéro VIN compte 17 caractères, sans I, O ni Q ; un numéro de châssis plus court en compte au moins 5.",
        en="A VIN has 17 characters, without I, O and Q; a shorter chassis number has at least 5.",
        es="Un VIN tiene 17 caracteres, sin I, O ni Q; un número de bastidor más corto tiene al menos 5.",
    )


class PlateMalformed(InvalidInput):
    code = "plate_malformed"
    text = Text(
        fr="Une plaque compte de 1 à 12 lettres et chiffres.",
        en="A number plate has 1 to 12 letters and digits.",
        es="Una matrícula tiene de 1 a 12 letras y cifras.",
    )


class MeterMissing(InvalidInput):
    code = "meter_missing"
    text = Text(
        fr="Ce véhicule n’a pas ce compteur.",
        en="This vehicle does not have that meter.",
        es="Este vehículo no tiene ese contador.",
    )


class TripWithoutReading(InvalidInput):
    code = "trip_without_reading"
    text = Text(
        fr="Aucun relevé auquel ajouter ce trajet : indiquez le kilométrage.",
        en="There is no reading to add this trip to: give the mileage.",
        es="No hay ninguna lectura a la que sumar este trayecto: indica el kilometraje.",
    )


class MeterFixed(Conflict):
    code = "meter_fixed"
    text = Text(
        fr="Le type de compteur ne change plus une fois qu’il y a des relevés.",
        en="The kind of meter stays as it is once there are readings.",
        es="El tipo de contador ya no cambia cuando hay lecturas.",
    )


class SegmentExists(Conflict):
    code = "segment_exists"
    text = Text(
        fr="Un nouveau compteur commence déjà ce jour-là.",
        en="A new cluster already begins on that day.",
        es="Ya hay un cuadro nuevo que empieza ese día.",
    )


class VinTaken(Conflict):
    code = "vin_taken"
    text = Text(
        fr="Vous avez déjà un véhicule avec ce VIN.",
        en="You already have a vehicle with this VIN.",
        es="Ya tienes un vehículo con este VIN.",
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
        fr="Ce nom existe déjà.",
        en="This name exists already.",
        es="Este nombre ya existe.",
    )


class PhaseRefused(Conflict):
    """`lifecycle`: the state the car is in."""

    code = "wrong_state"
    text = Text(
        fr="Le véhicule est déjà dans cet état, ou a changé d'état après ce jour.",
        en="The vehicle is in that state already, or changed state after that day.",
        es="El vehículo ya está en ese estado, o cambió de estado después de ese día.",
    )
