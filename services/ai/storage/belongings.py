"""What this service keeps about people; read by the export, deleted by the erasure."""

from services.ai.storage.models import (
    CarCopy,
    Conversation,
    ErasedOwner,
    Message,
    RecordCopy,
    UsageEntry,
)
from shared.db.belongings import Belongings, End, owned

BELONGINGS = Belongings(
    theirs=(
        owned(Message),
        owned(Conversation),
        owned(UsageEntry),
        owned(CarCopy),
        owned(RecordCopy),
        owned(ErasedOwner, end=End.KEPT, because="a late event must not bring things back"),
    )
)
