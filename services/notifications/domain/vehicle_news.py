"""What vehicles' events mean to a person."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.notifications.domain.kinds import Channel, Kind
from services.notifications.domain.message import one_line
from services.notifications.domain.news import News
from shared.contracts.base import MoneyAmount
from shared.contracts.vehicles import (
    JudgedReading,
    MaintenanceDrafted,
    ReadingsJudged,
    ReadingWanted,
    ReminderDue,
    ToldState,
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


KINDS: dict[ToldState, Kind] = {
    ToldState.SOON: Kind.REMINDER_DUE,
    ToldState.DUE: Kind.REMINDER_TODAY,
    ToldState.OVERDUE: Kind.REMINDER_OVERDUE,
    ToldState.ESCALATED: Kind.REMINDER_ESCALATED,
    ToldState.READING_WANTED: Kind.READING_WANTED,
}


def key_of(state: ToldState, reminder_id: UUID, occurrence: str) -> str:
    """Two events of one occurrence and state are one reminder, so these are the key, not the event."""
    return f"{KINDS[state]}:{reminder_id}:{occurrence}"


def of_reminder(event: ReminderDue) -> News:
    return News(
        kind=KINDS[event.state],
        owner_id=event.owner_id,
        key=key_of(event.state, event.reminder_id, event.occurrence),
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
        channels=channels_of(event.channels),
    )


def of_reading_wanted(event: ReadingWanted) -> News:
    return News(
        kind=Kind.READING_WANTED,
        owner_id=event.owner_id,
        key=key_of(ToldState.READING_WANTED, event.vehicle_id, event.occurrence),
        facts={
            "vehicle_name": name(event.vehicle_name),
            "last_read_on": day(event.last_read_on),
        },
        about={"vehicle_id": str(event.vehicle_id)},
        channels=channels_of(event.channels),
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


def channels_of(names: Iterable[str]) -> frozenset[Channel]:
    """Those we have: another service may know of more."""
    known = {channel.value: channel for channel in Channel}
    return frozenset(known[name] for name in names if name in known)


def name(words: str | None) -> str | None:
    return one_line(words, at_most=80) if words else None


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def amount(value: MoneyAmount | None) -> dict[str, int | str] | None:
    return value.model_dump() if value else None
