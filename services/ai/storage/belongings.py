"""What this service keeps about people; read by the export, deleted by the erasure."""

from services.ai.storage.models import (
    CarCopy,
    CarMemberCopy,
    Conversation,
    Message,
    RecordCopy,
    UsageEntry,
)
from shared.db.belongings import Belongings, owned

BELONGINGS = Belongings(
    theirs=(
        owned(Message),
        owned(Conversation),
        owned(UsageEntry),
        owned(CarMemberCopy, "account_id"),
        owned(CarCopy),
        owned(RecordCopy),
    )
)
