from gateway.api import descriptions, events, health, operations, status

routers = [
    health.router,
    events.router,
    descriptions.router,
    status.router,
    operations.router,
]
