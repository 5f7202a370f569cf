"""Billing's refusals.

AppError
├── Conflict (409)
│   ├── AlreadySubscribed       a live subscription exists: the portal changes it
│   ├── AtProvider              another request of theirs is at the payment provider
│   ├── NoCustomer              nothing was ever bought: there is no portal
│   ├── PlanInactive            the plan is not sold any more
│   ├── PaymentDue              past due: pay the open invoice first
│   ├── SubscriptionEnded       too late to reactivate; check out again
│   └── NoSubscription          there is no current subscription to change
├── InvalidInput (422)
│   ├── PlanNotSold             no such plan, or it costs nothing
│   ├── ReturnAddressRefused    not on the allow-list
│   └── CheckoutRefused         Stripe refused the order (tax address, promotion code)
├── BadRequest (400)
│   └── SignatureRefused        a webhook that Stripe did not sign
├── PaymentRefused (402)        the card was declined
└── Unavailable (503)
    ├── PaymentsUnavailable     Stripe does not answer, or answers nonsense
    │   └── GoneAtProvider      Stripe does not know what we named
    └── WebhooksClosed          no webhook secret is configured
"""

from shared.errors import AppError, BadRequest, Conflict, InvalidInput, Unavailable
from shared.messages import Text


class AlreadySubscribed(Conflict):
    code = "already_subscribed"
    text = Text(
        fr="Vous avez déjà un abonnement : modifiez-le depuis votre espace de facturation.",
        en="You already have a subscription: change it from your billing page.",
        es="Ya tienes una suscripción: cámbiala desde tu página de facturación.",
    )

    def __init__(self) -> None:
        super().__init__(portal_url="/api/subscriptions/portal")


class AtProvider(Conflict):
    code = "at_provider"
    text = Text(
        fr="Une autre de vos demandes est en cours chez le prestataire de paiement : réessayez dans un instant.",
        en="Another request of yours is with the payment provider: try again in a moment.",
        es="Otra solicitud tuya está en curso con el proveedor de pagos: inténtalo de nuevo en un momento.",
    )

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class NoCustomer(Conflict):
    code = "no_customer"
    text = Text(
        fr="Vous n'avez encore rien acheté : il n'y a pas d'espace de facturation.",
        en="You have not bought anything yet: there is no billing page.",
        es="Todavía no has comprado nada: no hay página de facturación.",
    )


class PlanInactive(Conflict):
    code = "plan_inactive"
    text = Text(
        fr="Cette formule n'est plus proposée.",
        en="This plan is no longer offered.",
        es="Este plan ya no se ofrece.",
    )


class PaymentDue(Conflict):
    code = "payment_required"
    text = Text(
        fr="Un paiement est en attente : réglez d'abord la facture ouverte.",
        en="A payment is outstanding: settle the open invoice first.",
        es="Hay un pago pendiente: liquida primero la factura abierta.",
    )

    def __init__(self, *, hosted_invoice_url: str | None) -> None:
        super().__init__(hosted_invoice_url=hosted_invoice_url)


class SubscriptionEnded(Conflict):
    code = "ended"
    text = Text(
        fr="Cet abonnement est terminé : souscrivez de nouveau.",
        en="This subscription has ended: subscribe again.",
        es="Esta suscripción ha terminado: suscríbete de nuevo.",
    )

    def __init__(self) -> None:
        super().__init__(checkout_url="/api/subscriptions/checkout")


class NoSubscription(Conflict):
    code = "no_subscription"
    text = Text(
        fr="Vous n'avez pas d'abonnement en cours.",
        en="You have no current subscription.",
        es="No tienes ninguna suscripción en curso.",
    )

    def __init__(self) -> None:
        super().__init__(checkout_url="/api/subscriptions/checkout")


class PlanNotSold(InvalidInput):
    code = "plan_not_sold"
    text = Text(
        fr="Cette formule ne s'achète pas.",
        en="This plan cannot be bought.",
        es="Este plan no se puede comprar.",
    )

    def __init__(self) -> None:
        super().__init__(pointer="/plan")


class ReturnAddressRefused(InvalidInput):
    code = "return_address_refused"
    text = Text(
        fr="Cette adresse de retour n'est pas autorisée.",
        en="This return address is not allowed.",
        es="Esta dirección de retorno no está permitida.",
    )


class CheckoutRefused(InvalidInput):
    code = "checkout_refused"
    text = Text(
        fr="Le prestataire de paiement a refusé cette commande ({reason}).",
        en="The payment provider refused this order ({reason}).",
        es="El proveedor de pagos ha rechazado este pedido ({reason}).",
    )


class SignatureRefused(BadRequest):
    code = "signature_refused"
    text = Text(
        fr="La signature de ce message n'est pas valable.",
        en="The signature of this message is not valid.",
        es="La firma de este mensaje no es válida.",
    )


class PaymentRefused(AppError):
    code = "payment_refused"
    status = 402
    text = Text(
        fr="Le paiement a été refusé : essayez une autre carte.",
        en="The payment was refused: try another card.",
        es="El pago ha sido rechazado: prueba con otra tarjeta.",
    )


class PaymentsUnavailable(Unavailable):
    code = "payments_unavailable"
    text = Text(
        fr="Le service de paiement ne répond pas : réessayez dans un instant.",
        en="The payment service does not answer: try again in a moment.",
        es="El servicio de pago no responde: inténtalo de nuevo en un momento.",
    )

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "30"})


class WebhooksClosed(Unavailable):
    code = "webhooks_closed"
    text = Text(
        fr="Les notifications de paiement ne sont pas configurées.",
        en="Payment notifications are not configured.",
        es="Las notificaciones de pago no están configuradas.",
    )


class GoneAtProvider(PaymentsUnavailable):
    """The provider does not know (any more) what we named; use cases decide what that means."""

    code = "gone_at_provider"
