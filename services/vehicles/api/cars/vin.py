from typing import Self

from services.vehicles.api.cars.vehicles import Vin
from services.vehicles.api.dependencies import InWork
from services.vehicles.domain.cars.vin import Certainty, DecodedVin
from services.vehicles.errors.cars import VinMalformed
from services.vehicles.usecases.cars.vin import decode
from shared.contracts.scopes import Scope
from shared.http.access import signed_in
from shared.http.errors import problems
from shared.http.models import AnswerModel, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/vehicles", tags=["vehicles"])


class VinQuestion(RequestModel):
    vin: Vin


class VinAnswer(AnswerModel):
    vin: str
    wmi: str
    make: str | None
    country: str | None
    model_year: int | None
    model_years: list[int]
    model_year_certainty: Certainty | None
    check_digit_valid: bool
    warnings: list[str]

    @classmethod
    def of(cls, decoded: DecodedVin) -> Self:
        return cls(
            vin=decoded.vin,
            wmi=decoded.wmi,
            make=decoded.make,
            country=decoded.country,
            model_year=decoded.model_years[0] if decoded.model_years else None,
            model_years=list(decoded.model_years),
            model_year_certainty=decoded.model_year_certainty,
            check_digit_valid=decoded.check_digit_valid,
            warnings=[f"vin_{warning}" for warning in decoded.warnings],
        )


@router.post(
    "/decode-vin",
    openapi_extra=signed_in(Scope.VEHICLES_READ),
    responses=problems(VinMalformed),
)
async def decode_a_vin(body: VinQuestion, work: InWork) -> VinAnswer:
    """Offline, from the maker table. Year and check digit are hints: European makers need not write them."""
    return VinAnswer.of(decode(work, vin=body.vin))
