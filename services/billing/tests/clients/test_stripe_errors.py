import pkgutil
from importlib import import_module
from typing import Any

import pytest
import stripe

from services.billing.clients.stripe_errors import MEANINGS, Meaning, is_passing, refusal_for
from services.billing.errors import (
    CheckoutRefused,
    GoneAtProvider,
    PaymentRefused,
    PaymentsUnavailable,
)
from shared.errors import AppError


def make_error(kind: Any, *facts: Any) -> stripe.StripeError:
    """The library's constructors have no types."""
    made: stripe.StripeError = kind(*facts)
    return made


def every_stripe_error() -> set[type[stripe.StripeError]]:
    for module in pkgutil.iter_modules(stripe.__path__):
        if "error" in module.name:
            import_module(f"stripe.{module.name}")
    found, todo = set(), [stripe.StripeError]
    while todo:
        kind = todo.pop()
        found.add(kind)
        todo += kind.__subclasses__()
    return found


def test_every_exception_of_the_library_has_a_meaning() -> None:
    oauth = {kind for kind in every_stripe_error() if kind.__module__.startswith("stripe.oauth")}
    assert every_stripe_error() - oauth == set(MEANINGS)


@pytest.mark.parametrize("kind", sorted(MEANINGS, key=str))
def test_every_exception_becomes_a_refusal_without_their_words(
    kind: type[stripe.StripeError],
) -> None:
    error = kind.__new__(kind)
    stripe.StripeError.__init__(error, "No such customer: cus_secret", code="odd")
    error.param = None  # type: ignore[attr-defined]  # only some have it
    refusal = refusal_for(error)
    assert isinstance(refusal, AppError)
    assert "secret" not in f"{refusal.extra}{refusal}"
    assert is_passing(error) == (MEANINGS[kind] is Meaning.PASSING)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (make_error(stripe.CardError, "no", None, "card_declined"), PaymentRefused),
        (make_error(stripe.InvalidRequestError, "no", "id", "resource_missing"), GoneAtProvider),
        (
            make_error(stripe.InvalidRequestError, "no", "x", "customer_tax_location_invalid"),
            CheckoutRefused,
        ),
        (
            make_error(stripe.InvalidRequestError, "no", "x", "parameter_unknown"),
            PaymentsUnavailable,
        ),
        (make_error(stripe.AuthenticationError, "no"), PaymentsUnavailable),
        (make_error(stripe.APIConnectionError, "no"), PaymentsUnavailable),
    ],
)
def test_what_matters_is_told_apart(error: stripe.StripeError, expected: type[AppError]) -> None:
    assert type(refusal_for(error)) is expected
