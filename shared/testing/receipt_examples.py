"""Examples of how receipts travel from documents to vehicles, for `examples.py`."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import SecretStr

from shared.contracts.base import Event
from shared.contracts.documents import ReceiptPart
from shared.contracts.vehicles_moving import ReceiptsWanted

PERSON = UUID("01a20000-0000-7000-8000-000000000001")
CAR = UUID("01a20000-0000-7000-8000-000000000002")
PAPER = UUID("01a20000-0000-7000-8000-000000000003")
THING = UUID("01a20000-0000-7000-8000-000000000004")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

EXAMPLES: tuple[Event, ...] = (
    ReceiptsWanted(
        export_id=THING,
        account_id=PERSON,
        vehicle_id=CAR,
        document_ids=(PAPER,),
        until=NOW + timedelta(minutes=10),
    ),
    ReceiptPart(
        export_id=THING,
        account_id=PERSON,
        document_id=PAPER,
        number=0,
        parts=1,
        file_name="facture.jpg",
        media_type="image/jpeg",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        content=SecretStr("dGVzdA=="),
    ),
)
