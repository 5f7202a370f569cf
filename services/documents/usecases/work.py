from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.clients.blobs import Blobs
from services.documents.clients.reader import Reader
from services.documents.settings import Settings
from services.documents.storage.documents import DocumentRepository
from services.documents.storage.fields import FieldRepository
from services.documents.storage.vehicles import VehicleCopyRepository
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork


class Work(UnitOfWork):
    def __init__(
        self,
        session: AsyncSession,
        *,
        clock: Clock,
        settings: Settings,
        blobs: Blobs,
        reader: Reader,
    ) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.blobs = blobs
        self.reader = reader
        self.documents = DocumentRepository(session)
        self.fields = FieldRepository(session)
        self.vehicles = VehicleCopyRepository(session)

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Undo something outside the database if this transaction does not commit, a failing commit included."""

        def undone(_session: object) -> None:
            undo()

        event.listen(self.session.sync_session, "after_rollback", undone, once=True)
