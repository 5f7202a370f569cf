"""Spoken by vehicles."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, EmailStr

from shared.contracts.base import Event, Language, MoneyAmount, Sensitive, StateEvent
from shared.contracts.roles import Role


class RecordStatus(StrEnum):
    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class RecordKind(StrEnum):
    SERVICE = "service"
    REFUND = "refund"
    """A credit note: its cost is negative, and no work was done."""


class CarMember(BaseModel):
    """Somebody with whom a car's owner shares it; what that allows is `shared/contracts/roles.py`."""

    model_config = ConfigDict(frozen=True)

    person_id: UUID
    role: Role
    documents_visible: bool = False
    costs_visible: bool = False


class VehicleChanged(StateEvent):
    """A car as its owner described it, and who may see it beside them. `deleted` is the last version there will be, unless it is
    `restorable`.
    """

    topic: ClassVar[str] = "vehicles.vehicle_changed.v1"
    subject_field: ClassVar[str] = "vehicle_id"
    vehicle_id: UUID
    owner_id: UUID
    make: str
    model: str
    year: int | None
    fuel_type: str | None
    transmission: str | None
    vin_prefix: str | None = None
    """World manufacturer identifier and model year only (the first three characters and the tenth): no listener needs the rest."""
    odometer_m: int | None
    odometer_read_on: date | None
    first_registration: date | None = None
    country: str | None = None
    annual_distance_m: int | None = None
    members: tuple[CarMember, ...] = ()
    lifecycle: str = "active"
    """active, laid_up, sold or scrapped."""
    deleted: bool = False
    restorable: bool = False
    """Deleted into the trash: it may come back, as a later version that is not deleted; what was filed under it stays filed."""


class OdometerRead(Event):
    """An accepted reading of a car's odometer, in metres."""

    topic: ClassVar[str] = "vehicles.odometer_read.v1"
    subject_field: ClassVar[str] = "vehicle_id"
    vehicle_id: UUID
    owner_id: UUID
    reading_id: UUID
    reading_m: int
    read_on: date
    source: str


class JudgedReading(BaseModel):
    """Of a meter of hours, `metres` is None and `minutes` says it."""

    model_config = ConfigDict(frozen=True)

    reading_id: UUID
    read_on: date
    metres: int | None = None
    minutes: int | None = None


class ReadingsJudged(Event):
    """What a later reading, or a correction, changed about readings that were there: told once, however many it were."""

    topic: ClassVar[str] = "vehicles.readings_judged.v1"
    subject_field: ClassVar[str] = "vehicle_id"
    judgement_id: UUID
    """Names the occasion: readings may be doubted, believed and doubted again."""
    vehicle_id: UUID
    owner_id: UUID
    vehicle_name: str
    doubted: tuple[JudgedReading, ...]
    """Believed until now."""
    believed: tuple[JudgedReading, ...]
    """Doubted until now."""
    odometer_m: int | None
    distance_unit: str = "km"


class MaintenanceDrafted(Event):
    """A read document proposes a maintenance record; nothing is recorded until the owner confirms it."""

    topic: ClassVar[str] = "vehicles.maintenance_drafted.v1"
    subject_field: ClassVar[str] = "draft_id"
    draft_id: UUID
    owner_id: UUID
    document_id: UUID
    vehicle_id: UUID | None
    vehicle_name: str | None
    vendor: str | None
    service_date: date | None
    total: MoneyAmount | None
    missing: tuple[str, ...]


class MaintenanceChanged(StateEvent):
    """A maintenance record after a change; `services` are ids of the reference list (engine_oil, brake_pads_front, …), none for a
    refund. `deleted`: in the trash; taken out again it comes with a higher version.
    """

    topic: ClassVar[str] = "vehicles.maintenance_changed.v1"
    subject_field: ClassVar[str] = "record_id"
    record_id: UUID
    vehicle_id: UUID
    owner_id: UUID
    status: RecordStatus
    service_date: date
    odometer_m: int | None
    services: tuple[str, ...]
    title: str
    text: str
    cost: MoneyAmount | None
    deleted: bool = False
    kind: RecordKind = RecordKind.SERVICE


class ToldState(StrEnum):
    """What somebody is told of something that falls due."""

    SOON = "soon"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    """Overdue and untouched for days: the next role hears of it."""
    READING_WANTED = "reading_wanted"
    """A forecast hangs on a reading of the odometer that is old."""


class ReminderDue(Event):
    """A plan or a reminder entered a state that one person wants to hear of: told once per occurrence, state, person and channel."""

    topic: ClassVar[str] = "vehicles.reminder_due.v1"
    subject_field: ClassVar[str] = "reminder_id"
    reminder_id: UUID
    owner_id: UUID
    """Who is told: the car's owner or somebody it is shared with."""
    vehicle_id: UUID
    vehicle_name: str
    service: str | None
    titles: dict[Language, str]
    due_on: date | None
    due_from: date | None
    due_to: date | None
    due_odometer_m: int | None
    distance_unit: str = "km"
    occurrence: str
    """Names the cycle of the plan: two events of one occurrence and state are one reminder."""
    state: ToldState = ToldState.SOON
    channels: tuple[str, ...] = ("inbox", "mail")
    """By which this person wants to hear of this car, if they want to by these at all."""
    kind: str = "maintenance"
    """maintenance, safety, inspection, insurance, tax, document, other."""


class WithdrawnBecause(StrEnum):
    DONE = "done"
    DISMISSED = "dismissed"
    REMOVED = "removed"
    CHANGED = "changed"
    """Its rule is another now."""
    READ = "read"
    """The reading that was asked for is there."""


class ReminderWithdrawn(Event):
    """What one person was told of an occurrence is no longer so: whatever shows it takes it back."""

    topic: ClassVar[str] = "vehicles.reminder_withdrawn.v1"
    subject_field: ClassVar[str] = "reminder_id"
    reminder_id: UUID
    """The plan, the reminder, or the car of which a reading was wanted."""
    owner_id: UUID
    """Who was told."""
    vehicle_id: UUID
    occurrence: str
    states: tuple[ToldState, ...]
    """What they were told of it."""
    because: WithdrawnBecause


class ReadingWanted(Event):
    """A forecast hangs on a reading of the odometer that is old: one person is asked for a new one."""

    topic: ClassVar[str] = "vehicles.reading_wanted.v1"
    subject_field: ClassVar[str] = "vehicle_id"
    vehicle_id: UUID
    owner_id: UUID
    """Who is asked."""
    vehicle_name: str
    last_read_on: date
    occurrence: str
    """Names the request."""
    channels: tuple[str, ...] = ("inbox",)


class SharingKind(StrEnum):
    """What happened to a car that people share."""

    MEMBER_JOINED = "member_joined"
    MEMBER_GONE = "member_gone"
    """They left, or a manager removed them; told to the owner."""
    INVITATION_DECLINED = "invitation_declined"
    PERSON_INVITED = "person_invited"
    """By a manager; told to the owner."""
    ROLE_CHANGED = "role_changed"
    MEMBER_REMOVED = "member_removed"
    """Told to whoever is no member any more."""
    CAR_GONE = "car_gone"
    """Its owner has taken it away, handed it over or left AutoTrack; told to those who shared it."""
    HANDOVER_ACCEPTED = "handover_accepted"
    HANDOVER_DECLINED = "handover_declined"


class SharingNotice(Event):
    """Something happened to a car somebody has or had a part in: this person hears of it."""

    topic: ClassVar[str] = "vehicles.sharing_notice.v1"
    subject_field: ClassVar[str] = "notice_id"
    notice_id: UUID
    account_id: UUID
    kind: SharingKind
    vehicle_id: UUID
    vehicle_name: str
    other_name: str | None
    """Who did it, as far as their address is proven."""
    role: Role | None
    occurred_at: AwareDatetime


class InvitationIssued(Event):
    """A car is to be shared with whoever proves that `email` is theirs; the token works once, until `expires_at`."""

    topic: ClassVar[str] = "vehicles.invitation_issued.v1"
    subject_field: ClassVar[str] = "invitation_id"
    carries_secret: ClassVar[bool] = True
    invitation_id: UUID
    account_id: UUID
    """Who invites."""
    email: EmailStr
    token: Sensitive
    language: Language
    vehicle_name: str
    inviter_name: str | None
    role: Role
    expires_at: AwareDatetime


class HandoverOffered(Event):
    """A car is to belong to whoever proves that `email` is theirs; the token works once, until `expires_at`."""

    topic: ClassVar[str] = "vehicles.handover_offered.v1"
    subject_field: ClassVar[str] = "handover_id"
    carries_secret: ClassVar[bool] = True
    handover_id: UUID
    account_id: UUID
    """Who gives it."""
    email: EmailStr
    token: Sensitive
    language: Language
    vehicle_name: str
    giver_name: str | None
    include_costs: bool
    include_documents: bool
    expires_at: AwareDatetime


class VehicleHandedOver(Event):
    """A car has a new owner, `owner_id`; whoever keeps something of it moves what was included and leaves the rest with `given_by`."""

    topic: ClassVar[str] = "vehicles.vehicle_handed_over.v1"
    subject_field: ClassVar[str] = "vehicle_id"
    vehicle_id: UUID
    owner_id: UUID
    given_by: UUID
    version: int
    """The car's, told in a `VehicleChanged` of its own: whichever comes first says whose it is."""
    include_documents: bool
    include_costs: bool
    handed_over_at: AwareDatetime
