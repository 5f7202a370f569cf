from services.vehicles.api.care import (
    calendar,
    closings,
    completions,
    drafts,
    fleet,
    history,
    maintenance,
    plans,
    previews,
    reminder_preferences,
    reminders,
    templates,
)
from services.vehicles.api.cars import catalogue, groups, lifecycle, odometer, trash, vehicles, vin
from services.vehicles.api.running import insights

# The order matters where a word could be taken for an id: /vehicles/stats, /vehicles/trash and /maintenances/stats before their {id}.
routers = [
    vin.router,
    fleet.router,
    trash.router,
    groups.router,
    vehicles.router,
    lifecycle.router,
    history.router,
    odometer.router,
    templates.router,
    previews.router,
    closings.router,
    plans.router,
    completions.router,
    drafts.router,
    insights.router,
    maintenance.router,
    reminder_preferences.router,
    calendar.router,
    reminders.router,
    catalogue.router,
]
