from gateway.api import events, health, operations

routers = [health.router, events.router, operations.router]
