"""How long this service keeps what it keeps."""

from services.documents.storage.models import (
    CarMemberCopy,
    Document,
    Export,
    ExportPage,
    Field,
    OwnerPlan,
    VehicleCopy,
)
from shared.db.retention import Retention

RETENTION = Retention(
    stays={
        Document: "until its owner deletes it",
        Field: "with its document",
        VehicleCopy: "as long as the vehicle is there",
        CarMemberCopy: "as long as the vehicle is shared with them",
        OwnerPlan: "with the account",
        Export: "by documents.exports, a day after it was made",
        ExportPage: "with its export",
    }
)
