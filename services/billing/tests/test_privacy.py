from typing import Any

from structlog.testing import capture_logs

from services.billing.tests.factories import make_account
from services.billing.tests.stripe_house import SECRET, StripeHouse
from shared.testing.client import Callers


async def test_b51_no_secret_and_no_address_is_logged_or_answered(
    call: Callers, stripe: StripeHouse, hear: Any
) -> None:
    with capture_logs() as lines:
        await hear(make_account(call.user_id("free"), email="marker@example.org"))
        await stripe.subscribe(call.free)
        await stripe.control("faults", status=400, type="invalid_request_error", code="odd")
        failed = await call.free.post("/api/subscriptions/change_plan", json={"plan": "PREMIUM"})
        await stripe.deliver({"object": "nonsense"})
    logged = str(lines)
    for secret in ("marker@example.org", "Durand", SECRET, "sk_test", "whsec_", "4242"):
        assert secret not in logged
        assert secret not in failed.text
    assert failed.status_code == 503
    assert "programmed" not in failed.text
