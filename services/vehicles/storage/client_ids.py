from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Base
from shared.db.repository import Repository


class ClientId(Base):
    """An id that a client chose for what it made: whose it is and what was asked, for ever, as an id never comes back."""

    __tablename__ = "client_id"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(index=True)
    digest: Mapped[bytes]
    """Of the request."""
    created_at: Mapped[datetime]


class ClientIdRepository(Repository[ClientId]):
    model = ClientId
    owner = "account_id"

    async def take(self, said: ClientId) -> bool:
        """False when it is taken. Of two at once the second waits for the first one's end."""
        values = {
            "id": said.id,
            "account_id": said.account_id,
            "digest": said.digest,
            "created_at": said.created_at,
        }
        statement = insert(ClientId).values(**values).on_conflict_do_nothing()
        return await self.session.scalar(statement.returning(ClientId.id)) is not None
