from datetime import date

from sqlalchemy import ColumnElement, and_

from services.vehicles.storage.care.models import MaintenancePlan, Reminder


def is_due(model: type[MaintenancePlan] | type[Reminder], today: date) -> ColumnElement[bool]:
    """Its lead time has begun, and this occurrence has not been dealt with."""
    counts = MaintenancePlan.active if model is MaintenancePlan else Reminder.status == "ACTIVE"
    return and_(counts, model.remind_on <= today, model.reminded != model.occurrence)
