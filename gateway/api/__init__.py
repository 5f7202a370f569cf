from gateway.api import (
    account_pages,
    descriptions,
    events,
    guest_pages,
    health,
    operations,
    passport_pages,
    status,
)

routers = [
    health.router,
    events.router,
    descriptions.router,
    status.router,
    account_pages.router,
    guest_pages.router,
    passport_pages.router,
    operations.router,
]
