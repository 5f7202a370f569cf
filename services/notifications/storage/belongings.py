"""What this service keeps about people; read by the export, deleted by the erasure."""

from dataclasses import replace

from services.notifications.domain.kinds import Kind
from services.notifications.storage.models import (
    Contact,
    Delivery,
    Notification,
    Preferences,
    State,
)
from shared.db.belongings import Belongings, owned

FAREWELL = (Delivery.kind == Kind.ACCOUNT_DELETED) & (Delivery.state == State.PENDING)
"""Still on its way; deleted once sent or dead."""

BELONGINGS = Belongings(
    theirs=(
        owned(Notification),
        owned(Preferences),
        replace(owned(Delivery, secret=("secret",)), spared=FAREWELL),
        owned(Contact, "account_id"),
    )
)
