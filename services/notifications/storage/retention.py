"""How long this service keeps what it keeps."""

from services.notifications.storage.models import Contact, Delivery, Notification, Preferences
from shared.db.retention import Retention

RETENTION = Retention(
    stays={
        Notification: "until its owner deletes it",
        Delivery: "by notifications.cleanup, 180 days",
        Contact: "with the account",
        Preferences: "with the account",
    }
)
