from services.vehicles.api.care import (
    drafts,
    fleet,
    history,
    maintenance,
    plans,
    reminders,
    templates,
    trash,
)
from services.vehicles.api.cars import catalogue, odometer, vehicles, vin
from services.vehicles.api.running import insights

# The order matters where a word could be taken for an id: /vehicles/stats and /maintenances/stats before their {id}.
routers = [
    vin.router,
    fleet.router,
    vehicles.router,
    history.router,
    odometer.router,
    templates.router,
    plans.router,
    drafts.router,
    insights.router,
    trash.router,
    maintenance.router,
    reminders.router,
    catalogue.router,
]
