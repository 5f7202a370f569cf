from services.vehicles.storage.moving.models import ImportProfile
from shared.access import Access
from shared.db.repository import Repository


class ProfileRepository(Repository[ImportProfile]):
    model = ImportProfile

    async def named(self, access: Access, name: str) -> ImportProfile | None:
        statement = self.seen_by(access).where(ImportProfile.name == name)
        return (await self.session.scalars(statement)).one_or_none()
