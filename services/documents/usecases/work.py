from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from services.documents.clients.archives import Archives
from services.documents.clients.blobs import Blobs
from services.documents.clients.reader import Reader
from services.documents.settings import Settings
from services.documents.storage.belongings import BELONGINGS
from services.documents.storage.documents import DocumentRepository
from services.documents.storage.exports import (
    ExportPageRepository,
    ExportRepository,
)
from services.documents.storage.fields import FieldRepository
from services.documents.storage.retention import RETENTION
from services.documents.storage.vehicles import OwnerPlanRepository, VehicleCopyRepository
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork


class Work(UnitOfWork):
    belongings = BELONGINGS
    retention = RETENTION

    def __init__(
        self,
        session: AsyncSession,
        *,
        clock: Clock,
        settings: Settings,
        blobs: Blobs,
        reader: Reader,
        archives: Archives,
    ) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.blobs = blobs
        self.reader = reader
        self.archives = archives
        self.documents = DocumentRepository(session)
        self.fields = FieldRepository(session)
        self.vehicles = VehicleCopyRepository(session)
        self.owner_plans = OwnerPlanRepository(session)
        self.exports = ExportRepository(session)
        self.export_pages = ExportPageRepository(session)

    def unless_committed(self, undo: Callable[[], None]) -> None:
        """Undo something outside the database when this transaction ends in any other way than its commit."""
        session, committed = self.session.sync_session, [False]

        def note(_session: Session) -> None:
            committed[0] = True

        def ended(_session: Session, transaction: SessionTransaction) -> None:
            if transaction.parent is None and not committed[0]:
                undo()

        event.listen(session, "after_commit", note)
        event.listen(session, "after_transaction_end", ended)
