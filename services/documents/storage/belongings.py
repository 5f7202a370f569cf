"""What this service keeps about people; read by the export, deleted by the erasure. The files lie beside: `clients/blobs.py`."""

from dataclasses import replace

from services.documents.storage.models import (
    CarMemberCopy,
    Document,
    Export,
    ExportPage,
    Field,
    OwnerPlan,
    VehicleCopy,
)
from shared.db.belongings import Belongings, owned, part_of

_DOCUMENTS = owned(Document, secret=("search", "search_text"))

BELONGINGS = Belongings(
    theirs=(
        part_of(Field, _DOCUMENTS, "document_id"),
        _DOCUMENTS,
        owned(CarMemberCopy, "account_id"),
        owned(VehicleCopy),
        owned(OwnerPlan, "user_id"),
        replace(owned(ExportPage), is_exported=False, because="the very export that is being made"),
        owned(Export),
    )
)
