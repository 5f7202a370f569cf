from services.vehicles.api import bulk, dashboard, search, sync, timeline
from services.vehicles.api.care import (
    drafts,
    fleet,
    maintenance,
    plans,
    reminders,
    templates,
)
from services.vehicles.api.cars import catalogue, groups, lifecycle, odometer, trash, vehicles, vin
from services.vehicles.api.running import (
    budgets,
    costs,
    exchange_rates,
    expenses,
    insights,
    value_points,
)

# The order matters where a word could be taken for an id: /vehicles/stats, /vehicles/trash and /maintenances/stats before their {id}.
routers = [
    vin.router,
    fleet.router,
    trash.router,
    groups.router,
    vehicles.router,
    lifecycle.router,
    bulk.router,
    dashboard.router,
    timeline.router,
    search.router,
    sync.router,
    odometer.router,
    templates.router,
    plans.router,
    drafts.router,
    insights.router,
    maintenance.router,
    reminders.router,
    expenses.router,
    value_points.router,
    costs.router,
    budgets.router,
    exchange_rates.router,
    catalogue.router,
]
