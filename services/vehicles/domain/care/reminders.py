"""Reminders: in which state something that falls due is on a day, when that must be looked at again, and who hears of it.

States per occurrence: planned → soon → due → overdue. Overdue is a fact (the day is past, the odometer is past), never a forecast.
An occurrence that is snoozed stands still until its day or its distance comes; one that is done or dismissed is over.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.vehicles.domain.care.services import canonical, service_types
from services.vehicles.domain.cars.lifecycle import Lifecycle
from services.vehicles.domain.cars.roles import Role
from shared.messages import Text

PATIENCE: Final = timedelta(days=7)
SHORT_PATIENCE: Final = timedelta(days=2)
"""How long something stays overdue and untouched before the next role hears of it."""
CANCELLED_FOR: Final = timedelta(days=30)
"""How long a calendar still shows that something is over."""


class ReminderState(StrEnum):
    PLANNED = "planned"
    SOON = "soon"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    """Told once more, to the next role; in lists it is overdue."""
    SNOOZED = "snoozed"
    DONE = "done"
    DISMISSED = "dismissed"


ORDER: Final = (
    ReminderState.PLANNED,
    ReminderState.SOON,
    ReminderState.DUE,
    ReminderState.OVERDUE,
    ReminderState.ESCALATED,
)
SHOWN: Final = tuple(state for state in ReminderState if state is not ReminderState.ESCALATED)


class OccurrenceStatus(StrEnum):
    ACTIVE = "ACTIVE"
    DONE = "DONE"
    DISMISSED = "DISMISSED"
    GONE = "GONE"
    """Removed, put away, or taken back with the record that made it: kept for the calendars and for what was told."""


class ReminderSource(StrEnum):
    """What a reminder is made by."""

    PLAN = "plan"
    OWN = "own"
    DOCUMENT = "document"
    RULE = "rule"
    """A rule pack of a country."""


class ReminderKind(StrEnum):
    """By which people choose what they want to hear of."""

    MAINTENANCE = "maintenance"
    SAFETY = "safety"
    INSPECTION = "inspection"
    INSURANCE = "insurance"
    TAX = "tax"
    DOCUMENT = "document"
    OTHER = "other"


ENDS: Final[Mapping[str, Text]] = {
    ReminderKind.INSURANCE: Text(fr="Fin de l'assurance", en="Insurance ends", es="Fin del seguro"),
    ReminderKind.INSPECTION: Text(
        fr="Contrôle technique", en="Roadworthiness test", es="Inspección técnica"
    ),
    "retest": Text(fr="Contre-visite", en="Re-test", es="Nueva inspección"),
    "pollution_test": Text(
        fr="Contrôle de la pollution", en="Pollution test", es="Control de emisiones"
    ),
    ReminderKind.DOCUMENT: Text(
        fr="Fin de validité d'un document",
        en="A document ends",
        es="Fin de validez de un documento",
    ),
}
"""What the end of a paper and what a rule asks for is called, until its owner calls it something else."""
ON_WHILE_LAID_UP: Final = frozenset(
    {ReminderKind.INSPECTION, ReminderKind.INSURANCE, ReminderKind.TAX}
)
"""A car off the road is silent about everything else."""
URGENT: Final = frozenset({ReminderKind.SAFETY, ReminderKind.INSPECTION, ReminderKind.INSURANCE})
_LEGAL: Final = "legal"
_SAFETY: Final = "safety"


def kind_of_service(service: str) -> ReminderKind:
    """By the class of the reference list."""
    known = service_types().get(canonical(service))
    if known is None:
        return ReminderKind.MAINTENANCE
    if known.klass == _LEGAL:
        return ReminderKind.INSPECTION
    return ReminderKind.SAFETY if known.klass == _SAFETY else ReminderKind.MAINTENANCE


def is_silent(lifecycle: str, kind: str) -> bool:
    return lifecycle == Lifecycle.LAID_UP and kind not in ON_WHILE_LAID_UP


def patience(kind: str) -> timedelta:
    return SHORT_PATIENCE if kind in URGENT else PATIENCE


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an occurrence that is not over."""

    remind_on: date | None
    due_on: date | None
    passed_on: date | None = None
    """The day an accepted reading passed the distance."""
    snoozed_until: date | None = None
    snoozed_by_distance: bool = False
    overdue_since: date | None = None
    """Since when people know of it: its patience counts from there, and anew after a snooze."""
    kind: str = ReminderKind.OTHER

    @property
    def escalates_on(self) -> date | None:
        since = self.overdue_since
        return since + patience(self.kind) if since is not None else None


def urgency_of(standing: Standing, today: date) -> ReminderState:
    """As if nobody had put it off."""
    due = standing.due_on
    if standing.passed_on is not None or (due is not None and due < today):
        return ReminderState.OVERDUE
    if due == today:
        return ReminderState.DUE
    if standing.remind_on is not None and standing.remind_on <= today:
        return ReminderState.SOON
    return ReminderState.PLANNED


def is_snoozed(standing: Standing, today: date) -> bool:
    until = standing.snoozed_until
    return standing.snoozed_by_distance or (until is not None and today < until)


def state_of(standing: Standing, today: date) -> ReminderState:
    return ReminderState.SNOOZED if is_snoozed(standing, today) else urgency_of(standing, today)


def is_escalated(standing: Standing, today: date) -> bool:
    """Overdue and untouched for as long as its kind allows."""
    on = standing.escalates_on
    is_overdue = state_of(standing, today) is ReminderState.OVERDUE
    return is_overdue and on is not None and on <= today


def to_tell(standing: Standing, today: date) -> ReminderState | None:
    """What somebody is told today, if they have not been told; the states before it are not caught up on."""
    state = state_of(standing, today)
    return state if state in ORDER[1:] else None


def next_look(standing: Standing, looked: ReminderState, today: date) -> date | None:
    """The next day somebody may have to be told something: at once where a state has begun that was not looked at.

    `looked`: the latest state that was.
    """
    if is_snoozed(standing, today):
        return standing.snoozed_until
    state = urgency_of(standing, today)
    if ORDER.index(state) > ORDER.index(looked):
        return today
    if state is ReminderState.OVERDUE:
        return None if looked is ReminderState.ESCALATED else standing.escalates_on
    if state is ReminderState.DUE:
        return today + timedelta(days=1)
    if state is ReminderState.SOON:
        return standing.due_on
    return min(filter(None, (standing.remind_on, standing.due_on)), default=None)


def looked_at(standing: Standing, looked: ReminderState, today: date) -> ReminderState:
    """The state that has been dealt with once people have been told today."""
    if is_snoozed(standing, today):
        return looked
    state = urgency_of(standing, today)
    if state is ReminderState.OVERDUE and looked in ORDER[3:] and is_escalated(standing, today):
        return ReminderState.ESCALATED
    return looked if state is ReminderState.OVERDUE and looked in ORDER[3:] else state


def moved_back(
    standing: Standing, looked: ReminderState, today: date
) -> tuple[ReminderState, date | None]:
    """What was looked at, and since when it is overdue, of something whose day may have moved away again."""
    state = urgency_of(standing, today)
    if state is ReminderState.OVERDUE:
        return looked, standing.overdue_since
    return min(state, looked, key=ORDER.index), None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a member wants to hear of a car's things."""

    kinds: frozenset[ReminderKind]
    channels: frozenset[str]
    escalations: bool = True
    readings: bool = True
    """Asked for a reading of the odometer."""
    calendar: bool = True


CHANNELS: Final = frozenset({"inbox", "mail"})
TOLD_BY_DEFAULT: Final = frozenset({Role.OWNER, Role.MANAGER})


def default_choice(role: Role) -> Choice:
    """The owner and managers hear everything, the others what they ask for; a calendar shows one's own cars."""
    is_told = role in TOLD_BY_DEFAULT
    return Choice(
        kinds=frozenset(ReminderKind) if is_told else frozenset(),
        channels=CHANNELS,
        readings=is_told,
        calendar=role is Role.OWNER,
    )


def escalates_to(told: Iterable[Role], members: Collection[Role]) -> Role:
    """The next role after those who were told and did nothing: managers, then the owner.

    `members`: the roles there are in the car.
    """
    heard = set(told)
    if Role.OWNER in heard or Role.MANAGER in heard or Role.MANAGER not in members:
        return Role.OWNER
    return Role.MANAGER
