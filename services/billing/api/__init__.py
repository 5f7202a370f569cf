from services.billing.api import (
    checkout,
    entitlements,
    health,
    invoices,
    plans,
    subscription,
    webhooks,
)

routers = [
    plans.router,
    checkout.router,
    subscription.router,
    invoices.router,
    webhooks.router,
    webhooks.admin_router,
    entitlements.router,
    health.router,
]
