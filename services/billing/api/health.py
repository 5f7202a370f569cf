from services.billing.api.dependencies import InWork
from services.billing.errors import PaymentsUnavailable
from services.billing.usecases.health import check_payments
from shared.http.access import internal_only
from shared.http.errors import problems
from shared.http.models import AnswerModel
from shared.http.router import Router

router = Router(prefix="/internal/health", tags=["internal"])


class PaymentsHealthOut(AnswerModel):
    up: bool


@router.get("/stripe", openapi_extra=internal_only(), responses=problems(PaymentsUnavailable))
async def read_payments_health(work: InWork) -> PaymentsHealthOut:
    """Whether payments can be taken. Not part of readiness: billing answers without Stripe."""
    await check_payments(work)
    return PaymentsHealthOut(up=True)
