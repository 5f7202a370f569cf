from services.vehicles.api import (
    catalogue,
    drafts,
    history,
    insights,
    maintenance,
    odometer,
    plans,
    reminders,
    templates,
    vehicles,
    vin,
)

# The order matters where a word could be taken for an id: /maintenances/stats before /maintenances/{record_id}.
routers = [
    vin.router,
    vehicles.router,
    history.router,
    odometer.router,
    templates.router,
    plans.router,
    drafts.router,
    insights.router,
    maintenance.router,
    reminders.router,
    catalogue.router,
]
