"""What this service keeps about people; read by the export, deleted by the erasure."""

from services.notifications.storage.models import Contact, Delivery, Notification, Preferences
from shared.db.belongings import Belongings, End, owned

BELONGINGS = Belongings(
    theirs=(
        owned(Notification),
        owned(Preferences),
        owned(
            Delivery,
            secret=("secret",),
            end=End.KEPT,
            because="the farewell is still on its way; the rest is deleted, and it too once sent",
        ),
        owned(
            Contact,
            "account_id",
            end=End.KEPT,
            because="an empty tombstone: late events find the person gone",
        ),
    )
)
