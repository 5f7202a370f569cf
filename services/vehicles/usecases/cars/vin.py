from services.vehicles.domain.cars.vin import (
    LENGTH,
    DecodedVin,
    decode_vin,
    is_well_formed,
    normalise_vin,
)
from services.vehicles.errors.cars import VinMalformed
from services.vehicles.usecases.work import Work


def decode(work: Work, *, vin: str) -> DecodedVin:
    number = normalise_vin(vin)
    if len(number) != LENGTH or not is_well_formed(number):
        raise VinMalformed(pointer="/vin")
    return decode_vin(number, this_year=work.now.year)
