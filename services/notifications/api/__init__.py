from services.notifications.api import deliveries, health, inbox, preferences

routers = [inbox.router, preferences.router, deliveries.router, health.router]
