from gateway.api import account_pages, descriptions, events, health, operations, status

routers = [
    health.router,
    events.router,
    descriptions.router,
    status.router,
    account_pages.router,
    operations.router,
]
