from uuid import uuid4

import pytest

from gateway.consumers.documents import document_progressed
from gateway.consumers.notifications import notification_created
from gateway.consumers.vehicles import diagnosis_progressed, import_progressed
from gateway.tests.conftest import Running
from shared.clock import SystemClock
from shared.contracts.documents import DocumentProgressed
from shared.contracts.notifications import NotificationCreated
from shared.contracts.vehicles_cases import DiagnosisProgressed
from shared.contracts.vehicles_moving import ImportProgressed


@pytest.mark.parametrize(
    "kind",
    ["document_progressed", "import_progressed", "notification_created", "diagnosis_progressed"],
)
async def test_the_owner_is_shown_what_happened(running: Running, kind: str) -> None:
    owner = uuid4()
    listener = running.work.streams.open(owner, "session")
    if kind == "document_progressed":
        progressed = DocumentProgressed(
            document_id=uuid4(), owner_id=owner, stage="reading", percent=40
        )
        await document_progressed(progressed, running.work)
    elif kind == "diagnosis_progressed":
        asked = DiagnosisProgressed(
            diagnostic_id=uuid4(), owner_id=owner, request_id=uuid4(), stage="asked", percent=10
        )
        await diagnosis_progressed(asked, running.work)
    elif kind == "import_progressed":
        come = ImportProgressed(import_id=uuid4(), owner_id=owner, stage="applying", percent=40)
        await import_progressed(come, running.work)
    else:
        created = NotificationCreated(
            notification_id=uuid4(),
            user_id=owner,
            kind="reminder_due",
            title="Vidange",
            created_at=SystemClock().now(),
        )
        await notification_created(created, running.work)
    event = listener.queue.get_nowait()
    assert event is not None
    assert event.kind == kind
