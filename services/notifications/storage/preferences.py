from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.notifications.storage.models import Preferences
from shared.access import Access
from shared.db.repository import Repository


class PreferencesRepository(Repository[Preferences]):
    model = Preferences

    async def of(self, owner_id: UUID) -> Preferences | None:
        return (await self.session.scalars(self.seen_by(Access(owner_id)))).one_or_none()

    async def keep(
        self,
        owner_id: UUID,
        *,
        choices: dict[str, Any],
        quiet: tuple[str, str] | None,
        now: datetime,
    ) -> None:
        start, end = quiet or (None, None)
        values = {"choices": choices, "quiet_start": start, "quiet_end": end, "updated_at": now}
        statement = insert(Preferences).values(owner_id=owner_id, **values)
        statement = statement.on_conflict_do_update(
            index_elements=[Preferences.owner_id], set_=values
        )
        await self.session.execute(statement)
