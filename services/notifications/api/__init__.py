from services.notifications.api import deliveries, inbox, preferences

routers = [inbox.router, preferences.router, deliveries.router]
