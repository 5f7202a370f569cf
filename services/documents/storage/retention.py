"""How long this service keeps what it keeps."""

from services.documents.storage.models import Document, Export, ExportPage, Field, VehicleCopy
from shared.db.retention import Retention

RETENTION = Retention(
    stays={
        Document: "until its owner deletes it",
        Field: "with its document",
        VehicleCopy: "as long as the vehicle is there",
        Export: "by documents.exports, a day after it was made",
        ExportPage: "with its export",
    }
)
