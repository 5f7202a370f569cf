from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy import Select

from services.notifications.api.dependencies import InWork
from services.notifications.domain.kinds import Kind
from services.notifications.domain.words import WITHDRAWN
from services.notifications.storage.models import Notification
from services.notifications.usecases.inbox import (
    mark_all_read,
    mark_read,
    mark_unread,
    read_notification,
    remove_notification,
    remove_read,
)
from shared.contracts.base import Language
from shared.contracts.vehicles import WithdrawnBecause
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import AnswerModel, Moment
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/notifications", tags=["notifications"])
OfKind = Annotated[Kind | None, Query(alias="type", description="Only this kind.")]
Withdrawn = Annotated[
    bool, Query(description="What has been taken back instead of what is still so.")
]
Read = Annotated[bool | None, Query(description="Only read, or only unread ones.")]


class NotificationOut(AnswerModel):
    id: UUID
    type: Kind
    title: str
    body: str
    path: str | None
    """The page of the web application it is about."""
    about: dict[str, str]
    """Ids of what it is about: vehicle_id, document_id, draft_id, reminder_id."""
    is_read: bool
    read_at: Moment | None
    withdrawn_at: Moment | None
    """Since when it is no longer so: what it told of is done, dismissed, removed or another now."""
    withdrawn_because: WithdrawnBecause | None
    withdrawn_text: str | None
    """The same in words."""
    created_at: Moment

    @classmethod
    def of(cls, row: Notification, language: Language) -> Self:
        because = WithdrawnBecause(row.withdrawn_because) if row.withdrawn_because else None
        return cls(
            id=row.id,
            type=Kind(row.kind),
            title=row.title,
            body=row.body,
            path=row.path,
            about=row.about,
            is_read=row.read_at is not None,
            read_at=row.read_at,
            withdrawn_at=row.withdrawn_at,
            withdrawn_because=because,
            withdrawn_text=WITHDRAWN[because].into(language) if because else None,
            created_at=row.created_at,
        )


class UnreadCount(AnswerModel):
    unread_count: int


class KindCount(AnswerModel):
    type: Kind
    total: int
    unread: int


class Stats(AnswerModel):
    total: int
    unread: int
    read: int
    by_type: list[KindCount]


class Updated(AnswerModel):
    updated: int


class Deleted(AnswerModel):
    deleted: int


Notifications = Annotated[
    ListQuery,
    listed_by(
        {"created_at": Notification.created_at, "type": Notification.kind},
        default="-created_at",
        search=(Notification.title, Notification.body),
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    is_read: bool | None
    kind: Kind | None
    is_withdrawn: bool


async def _asked(
    *, is_read: Read = None, kind: OfKind = None, withdrawn: Withdrawn = False
) -> Asked:
    return Asked(is_read, kind, withdrawn)


async def _page(
    work: InWork, listing: ListQuery, caller: Caller, statement: Select[Notification]
) -> Page[NotificationOut]:
    language = _language(caller)
    return await listing.page(
        work.session, statement, into=lambda row: NotificationOut.of(row, language)
    )


def _language(caller: Caller) -> Language:
    return caller.language or Language.FR


@router.get("")
async def list_notifications(
    work: InWork,
    caller: CurrentCaller,
    listing: Notifications,
    asked: Annotated[Asked, Depends(_asked)],
) -> Page[NotificationOut]:
    chosen = work.inbox.chosen(
        caller.access, is_read=asked.is_read, kind=asked.kind, is_withdrawn=asked.is_withdrawn
    )
    return await _page(work, listing, caller, chosen)


@router.get("/unread")
async def list_unread_notifications(
    work: InWork, caller: CurrentCaller, listing: Notifications, kind: OfKind = None
) -> Page[NotificationOut]:
    chosen = work.inbox.chosen(caller.access, is_read=False, kind=kind)
    return await _page(work, listing, caller, chosen)


@router.get("/unread_count")
async def count_unread_notifications(work: InWork, caller: CurrentCaller) -> UnreadCount:
    counts = await work.inbox.counts(caller.access)
    return UnreadCount(unread_count=sum(unread for _, unread in counts.values()))


@router.get("/by_type")
async def list_notifications_by_type(
    work: InWork,
    caller: CurrentCaller,
    listing: Notifications,
    kind: Annotated[Kind, Query(alias="type")],
) -> Page[NotificationOut]:
    return await _page(work, listing, caller, work.inbox.chosen(caller.access, kind=kind))


@router.get("/stats")
async def notification_stats(work: InWork, caller: CurrentCaller) -> Stats:
    counts = await work.inbox.counts(caller.access)
    total = sum(number for number, _ in counts.values())
    unread = sum(number for _, number in counts.values())
    by_type = [KindCount(type=Kind(k), total=t, unread=u) for k, (t, u) in counts.items()]
    return Stats(total=total, unread=unread, read=total - unread, by_type=by_type)


@router.post("/mark_all_as_read")
async def mark_all_notifications_as_read(work: InWork, caller: CurrentCaller) -> Updated:
    return Updated(updated=await mark_all_read(work, access=caller.access))


@router.delete("/delete_all_read")
async def delete_all_read_notifications(work: InWork, caller: CurrentCaller) -> Deleted:
    return Deleted(deleted=await remove_read(work, access=caller.access))


@router.get("/{notification_id}", responses=problems(NotFound), name="read_notification")
async def read_one(notification_id: UUID, work: InWork, caller: CurrentCaller) -> NotificationOut:
    return NotificationOut.of(
        await read_notification(work, access=caller.access, notification_id=notification_id),
        _language(caller),
    )


@router.delete("/{notification_id}", status_code=204, responses=problems(NotFound))
async def delete_one_notification(
    notification_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    await remove_notification(work, access=caller.access, notification_id=notification_id)


@router.post("/{notification_id}/mark_as_read", responses=problems(NotFound))
async def mark_notification_as_read(
    notification_id: UUID, work: InWork, caller: CurrentCaller
) -> NotificationOut:
    return NotificationOut.of(
        await mark_read(work, access=caller.access, notification_id=notification_id),
        _language(caller),
    )


@router.post("/{notification_id}/mark_as_unread", responses=problems(NotFound))
async def mark_notification_as_unread(
    notification_id: UUID, work: InWork, caller: CurrentCaller
) -> NotificationOut:
    return NotificationOut.of(
        await mark_unread(work, access=caller.access, notification_id=notification_id),
        _language(caller),
    )
