"""Every exception of the Stripe library, and what it means to billing. A test proves that none is missing."""

from enum import Enum, auto

import stripe
import structlog

from services.billing.errors import (
    CheckoutRefused,
    GoneAtProvider,
    PaymentRefused,
    PaymentsUnavailable,
)
from shared.errors import AppError

log = structlog.get_logger()


class Meaning(Enum):
    PASSING = auto()
    """Try again: the network, a time-out, an overload, an error of theirs."""
    CARD = auto()
    REQUEST = auto()
    """Stripe refused what we asked; its code says why."""
    OURS = auto()
    """A mistake of ours or of the configuration; no retry helps and an operator must look."""


MEANINGS: dict[type[stripe.StripeError], Meaning] = {
    stripe.StripeError: Meaning.PASSING,
    stripe.APIError: Meaning.PASSING,
    stripe.APIConnectionError: Meaning.PASSING,
    stripe.RateLimitError: Meaning.PASSING,
    stripe.FxQuoteNeedsRefreshError: Meaning.PASSING,
    stripe.TemporarySessionExpiredError: Meaning.PASSING,
    stripe.CardError: Meaning.CARD,
    stripe.BlockedByStripeError: Meaning.CARD,
    stripe.InsufficientFundsError: Meaning.CARD,
    stripe.InvalidPaymentMethodError: Meaning.CARD,
    stripe.InvalidRequestError: Meaning.REQUEST,
    stripe.AlreadyCanceledError: Meaning.REQUEST,
    stripe.CannotProceedError: Meaning.REQUEST,
    stripe.NotCancelableError: Meaning.REQUEST,
    stripe.QuotaExceededError: Meaning.REQUEST,
    stripe.StripeErrorWithParamCode: Meaning.REQUEST,
    stripe.AuthenticationError: Meaning.OURS,
    stripe.PermissionError: Meaning.OURS,
    stripe.IdempotencyError: Meaning.OURS,
    stripe.SignatureVerificationError: Meaning.OURS,
    stripe.CapabilityNotEnabledError: Meaning.OURS,
    stripe.ControlledByAlternateResourceError: Meaning.OURS,
    stripe.FeatureNotEnabledError: Meaning.OURS,
    stripe.FinancialAccountNotOpenError: Meaning.OURS,
    stripe.InvalidPayoutMethodError: Meaning.OURS,
    stripe.InvalidVaultedCredentialError: Meaning.OURS,
    stripe.RecipientNotNotifiableError: Meaning.OURS,
    stripe.VerificationAttemptFailedError: Meaning.OURS,
    stripe.VerificationExpiredError: Meaning.OURS,
    stripe.VerificationNotInitiatedError: Meaning.OURS,
}
TELLABLE = frozenset(
    {
        "customer_tax_location_invalid",
        "tax_id_invalid",
        "coupon_expired",
        "promotion_code_invalid",
        "resource_already_exists",
    }
)
"""Codes whose cause is the order, not us: the client hears them."""


def is_passing(error: stripe.StripeError) -> bool:
    return MEANINGS[type(error)] is Meaning.PASSING


def refusal_for(error: stripe.StripeError) -> AppError:
    """Our refusal for theirs; never their sentence, which is not written for our clients."""
    match MEANINGS[type(error)]:
        case Meaning.PASSING:
            log.warning("stripe.unavailable", error=type(error).__name__, status=error.http_status)
            return PaymentsUnavailable()
        case Meaning.CARD:
            return PaymentRefused(decline_code=error.code)
        case Meaning.REQUEST if error.code == "resource_missing":
            return GoneAtProvider()
        case Meaning.REQUEST if error.code in TELLABLE:
            return CheckoutRefused(reason=error.code)
        case _:
            log.error(
                "stripe.refused_us",
                error=type(error).__name__,
                code=error.code,
                param=getattr(error, "param", None),
                request_ref=error.request_id,
            )
            return PaymentsUnavailable()
