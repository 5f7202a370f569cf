"""What documents' events mean to a person. A document that was read well is news of vehicles, as a draft."""

from services.notifications.domain.kinds import Kind
from services.notifications.domain.message import one_line
from services.notifications.domain.news import News
from shared.contracts.documents import DocumentExpiring, DocumentRead, ReadStatus


def of_reading(event: DocumentRead) -> News | None:
    if event.status is ReadStatus.OK:
        return None
    return News(
        kind=Kind.DOCUMENT_PROBLEM,
        owner_id=event.owner_id,
        key=f"document_problem:{event.document_id}:{event.status}",
        facts={"file_name": one_line(event.file_name, at_most=60), "problem": event.status.value},
        about={"document_id": str(event.document_id)},
    )


def of_expiry(event: DocumentExpiring) -> News:
    return News(
        kind=Kind.DOCUMENT_EXPIRING,
        owner_id=event.owner_id,
        key=f"document_expiring:{event.document_id}:{event.expires_on}:{event.days_left}",
        facts={
            "file_name": one_line(event.file_name, at_most=60),
            "document_type": event.document_type.value,
            "expires_on": event.expires_on.isoformat(),
            "days_left": event.days_left,
        },
        about={"document_id": str(event.document_id)},
    )
