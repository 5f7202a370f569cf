from services.vehicles.api.care import (
    drafts,
    fleet,
    history,
    maintenance,
    plans,
    reminders,
    templates,
)
from services.vehicles.api.cars import catalogue, groups, lifecycle, odometer, trash, vehicles, vin
from services.vehicles.api.running import (
    consumption,
    fill_stats,
    fills,
    insights,
    quick_fill,
    series,
    tariffs,
)

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
    plans.router,
    drafts.router,
    insights.router,
    fill_stats.router,
    fills.router,
    quick_fill.router,
    consumption.router,
    series.router,
    tariffs.router,
    maintenance.router,
    reminders.router,
    catalogue.router,
]
