from typing import Any

import pytest

from services.billing.settings import Settings

LIVE: dict[str, Any] = {
    "environment": "production",
    "stripe_api_key": "sk_live_x",
    "stripe_webhook_secrets": "whsec_x",
}


def test_b04_production_refuses_to_start_without_its_secrets() -> None:
    assert Settings(**LIVE).webhook_secrets == ("whsec_x",)
    for missing in ("stripe_api_key", "stripe_webhook_secrets"):
        with pytest.raises(ValueError, match=missing.upper()):
            Settings(**(LIVE | {missing: ""}))
    with pytest.raises(ValueError, match="STRIPE_WEBHOOK_SECRETS"):
        Settings(**(LIVE | {"stripe_webhook_secrets": " , "}))


def test_two_secrets_and_no_secret_shown() -> None:
    settings = Settings(environment="test", stripe_webhook_secrets="whsec_a, whsec_b")
    assert settings.webhook_secrets == ("whsec_a", "whsec_b")
    assert "whsec_" not in repr(settings)


def test_the_longest_wait_for_stripe_is_ten_seconds() -> None:
    with pytest.raises(ValueError, match="stripe_timeout_seconds"):
        Settings(environment="test", stripe_timeout_seconds=80)
