from services.vehicles.jobs import reminders

jobs = [reminders.remind]
