from services.vehicles.api.care import (
    closings,
    completions,
    drafts,
    fleet,
    history,
    maintenance,
    plans,
    previews,
    reminders,
    templates,
)
from services.vehicles.api.care import trash as care_trash
from services.vehicles.api.cars import (
    catalogue,
    groups,
    handovers,
    invitations,
    lifecycle,
    members,
    odometer,
    trash,
    vehicles,
    vin,
)
from services.vehicles.api.running import insights

# The order matters where a word could be taken for an id: /vehicles/stats, /vehicles/trash and /maintenances/stats before their {id}.
routers = [
    vin.router,
    fleet.router,
    trash.router,
    groups.router,
    handovers.router,
    vehicles.router,
    lifecycle.router,
    members.router,
    invitations.router,
    history.router,
    odometer.router,
    templates.router,
    previews.router,
    closings.router,
    plans.router,
    completions.router,
    drafts.router,
    insights.router,
    care_trash.router,
    maintenance.router,
    reminders.router,
    catalogue.router,
]
