"""What this service keeps about people; read by the export, deleted by the erasure. The files lie beside: `clients/blobs.py`."""

from dataclasses import replace

from services.documents.storage.models import (
    Document,
    Export,
    ExportPage,
    Field,
    VehicleCopy,
)
from shared.db.belongings import Belongings, owned, part_of

_DOCUMENTS = owned(Document, secret=("search", "search_text"))

BELONGINGS = Belongings(
    theirs=(
        part_of(Field, _DOCUMENTS, "document_id"),
        _DOCUMENTS,
        owned(VehicleCopy),
        replace(owned(ExportPage), is_exported=False, because="the very export that is being made"),
        owned(Export),
    )
)
