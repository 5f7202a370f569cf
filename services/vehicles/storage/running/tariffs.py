from uuid import UUID

from sqlalchemy import select

from services.vehicles.domain.running.tariffs import Tariff, prices_from
from services.vehicles.storage.running.models import EnergyTariff
from shared.db.repository import Repository


class TariffRepository(Repository[EnergyTariff]):
    """A person's own: a place is nobody's car."""

    model = EnergyTariff

    async def held(self, tariff_id: UUID) -> EnergyTariff | None:
        """Kept as it is until the transaction ends, whosever it is: the caller has checked that it may be used here."""
        statement = select(EnergyTariff).where(EnergyTariff.id == tariff_id)
        return (await self.session.scalars(statement.with_for_update(read=True))).one_or_none()


def tariff_of(row: EnergyTariff) -> Tariff:
    return Tariff(row.timezone, row.currency, tuple(prices_from(table) for table in row.table))
