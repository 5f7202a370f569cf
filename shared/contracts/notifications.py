"""Spoken by notifications."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Event


class NotificationCreated(Event):
    """There is something new in this person's inbox."""

    topic: ClassVar[str] = "notifications.notification_created.v1"
    subject_field: ClassVar[str] = "notification_id"
    notification_id: UUID
    user_id: UUID
    kind: str
    title: str
    created_at: AwareDatetime


class NotificationWithdrawn(Event):
    """Something in this person's inbox is no longer so."""

    topic: ClassVar[str] = "notifications.notification_withdrawn.v1"
    subject_field: ClassVar[str] = "notification_id"
    notification_id: UUID
    user_id: UUID


class MailBounced(Event):
    """A mail server refused this person's address for good."""

    topic: ClassVar[str] = "notifications.mail_bounced.v1"
    subject_field: ClassVar[str] = "user_id"
    user_id: UUID
    delivery_id: UUID
    reason: str
