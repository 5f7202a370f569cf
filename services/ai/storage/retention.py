"""How long this service keeps what it keeps."""

from services.ai.storage.models import (
    CarCopy,
    CarMemberCopy,
    Conversation,
    Message,
    RecordCopy,
    UsageEntry,
)
from shared.db.retention import Retention

RETENTION = Retention(
    stays={
        Conversation: "until its owner deletes it",
        Message: "with its conversation",
        UsageEntry: "with the account: quotas and what a model cost",
        CarCopy: "as long as the vehicle is there",
        CarMemberCopy: "as long as the vehicle is shared with them",
        RecordCopy: "as long as the record is there",
    }
)
