"""What vehicles' events mean to a person."""

from datetime import date

from services.notifications.domain.kinds import Kind
from services.notifications.domain.message import one_line
from services.notifications.domain.news import News
from shared.contracts.base import MoneyAmount
from shared.contracts.vehicles import (
    JudgedReading,
    MaintenanceDrafted,
    ReadingsJudged,
    ReminderDue,
)

MOST_READINGS = 5
"""More of them are for the car's own page."""


def of_draft(event: MaintenanceDrafted) -> News:
    about = {"draft_id": str(event.draft_id), "document_id": str(event.document_id)}
    if event.vehicle_id:
        about["vehicle_id"] = str(event.vehicle_id)
    return News(
        kind=Kind.DRAFT_READY,
        owner_id=event.owner_id,
        key=f"draft_ready:{event.draft_id}",
        facts={
            "vehicle_name": name(event.vehicle_name),
            "vendor": name(event.vendor),
            "service_date": day(event.service_date),
            "total": amount(event.total),
            "missing": list(event.missing),
        },
        about=about,
    )


def of_reminder(event: ReminderDue) -> News:
    """Two events of one occurrence are one reminder, so the occurrence is the key, not the event."""
    return News(
        kind=Kind.REMINDER_DUE,
        owner_id=event.owner_id,
        key=f"reminder_due:{event.reminder_id}:{event.occurrence}",
        facts={
            "vehicle_name": name(event.vehicle_name),
            "titles": {language.value: one_line(t) for language, t in event.titles.items()},
            "due_on": day(event.due_on),
            "due_from": day(event.due_from),
            "due_to": day(event.due_to),
            "due_odometer_m": event.due_odometer_m,
            "distance_unit": event.distance_unit,
        },
        about={"vehicle_id": str(event.vehicle_id), "reminder_id": str(event.reminder_id)},
    )


def of_judgement(event: ReadingsJudged) -> News:
    """However many readings it was: one message."""
    return News(
        kind=Kind.READINGS_JUDGED,
        owner_id=event.owner_id,
        key=f"readings_judged:{event.judgement_id}",
        facts={
            "vehicle_name": name(event.vehicle_name),
            "doubted": [_reading(each) for each in event.doubted[:MOST_READINGS]],
            "believed": [_reading(each) for each in event.believed[:MOST_READINGS]],
            "odometer_m": event.odometer_m,
            "distance_unit": event.distance_unit,
        },
        about={"vehicle_id": str(event.vehicle_id)},
    )


def _reading(reading: JudgedReading) -> dict[str, int | str | None]:
    return {
        "on": day(reading.read_on),
        "metres": reading.metres,
        "minutes": reading.minutes,
    }


def name(words: str | None) -> str | None:
    return one_line(words, at_most=80) if words else None


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def amount(value: MoneyAmount | None) -> dict[str, int | str] | None:
    return value.model_dump() if value else None
