from datetime import timedelta
from typing import Self

from pydantic import Field, SecretStr, model_validator

from shared.settings import CommaList, Environment, ServiceSettings


class Settings(ServiceSettings):
    service: str = "billing"
    stripe_api_key: SecretStr = Field(
        default=SecretStr(""), description="Stripe secret or restricted key (sk_… or rk_…)."
    )
    stripe_api_base: str | None = Field(
        default=None, description="Another address of the Stripe API: the payment simulator's."
    )
    stripe_webhook_secrets: SecretStr = Field(
        default=SecretStr(""),
        description="Signing secrets of the webhook endpoint (whsec_…), two separated by a comma during a roll.",
    )
    stripe_webhook_tolerance_seconds: int = Field(
        default=300, ge=1, description="How far a webhook's time may be from ours, both ways."
    )
    stripe_timeout_seconds: float = Field(
        default=10.0, gt=0, le=10.0, description="Longest wait for one Stripe call."
    )
    checkout_success_url: str = Field(
        default="http://127.0.0.1:8080/?checkout=success&session_id={CHECKOUT_SESSION_ID}",
        description="Where people land after paying; Stripe fills in {CHECKOUT_SESSION_ID}.",
    )
    checkout_cancel_url: str = Field(
        default="http://127.0.0.1:8080/?checkout=cancelled",
        description="Where people land who leave the payment page.",
    )
    portal_return_url: str = Field(
        default="http://127.0.0.1:8080/?portal=closed",
        description="Where the customer portal leads back to.",
    )
    return_origins: CommaList = Field(
        default=("http://127.0.0.1:8080", "http://localhost:8080"),
        description="Origins that a client may name in its own return addresses.",
    )
    grace_days: int = Field(
        default=7, ge=0, description="Days of access after the first failed payment of an invoice."
    )
    automatic_tax: bool = Field(default=True, description="Let Stripe compute VAT.")

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        text = self.stripe_webhook_secrets.get_secret_value()
        return tuple(secret.strip() for secret in text.split(",") if secret.strip())

    @property
    def grace(self) -> timedelta:
        return timedelta(days=self.grace_days)

    @property
    def tolerance(self) -> timedelta:
        return timedelta(seconds=self.stripe_webhook_tolerance_seconds)

    @model_validator(mode="after")
    def _production_needs_its_secrets(self) -> Self:
        if self.environment is not Environment.PRODUCTION:
            return self
        if not self.stripe_api_key.get_secret_value():
            raise ValueError("AUTOTRACK_STRIPE_API_KEY is not set")
        if not self.webhook_secrets:
            raise ValueError(
                "AUTOTRACK_STRIPE_WEBHOOK_SECRETS is not set: webhooks would be unsigned"
            )
        return self
