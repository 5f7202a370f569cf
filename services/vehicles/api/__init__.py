from services.vehicles.api import drafts, maintenance, odometer, plans, reminders, vehicles

routers = [
    vehicles.router,
    odometer.router,
    plans.router,
    drafts.router,
    maintenance.router,
    reminders.router,
]
