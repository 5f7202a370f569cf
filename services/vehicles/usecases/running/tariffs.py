from typing import TypedDict
from uuid import UUID

from services.vehicles.domain.running.tariffs import Charge, Priced, Prices, price_charge
from services.vehicles.errors.running import ChargeTimesWrong, SolarTooMuch, TablesSameDay
from services.vehicles.storage.running.models import EnergyTariff
from services.vehicles.storage.running.tariffs import tariff_of
from services.vehicles.usecases.running.describing import LONGEST_CHARGE, price_by_tariff
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id


class TariffFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    name: str
    timezone: str
    currency: str
    table: list[Prices]


async def add_tariff(work: Work, *, access: Access, facts: TariffFacts) -> EnergyTariff:
    """Raises TablesSameDay."""
    tariff = EnergyTariff(
        id=facts.get("id") or new_id(),
        owner_id=access.person,
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )
    _describe(tariff, facts)
    return work.tariffs.add(tariff)


async def edit_tariff(
    work: Work, *, access: Access, tariff_id: UUID, facts: TariffFacts
) -> EnergyTariff:
    """Charges priced by it cost what it says now. Raises NotFound, TablesSameDay."""
    tariff = await work.tariffs.one_changed(access, tariff_id)
    _describe(tariff, facts)
    tariff.version += 1
    tariff.updated_at = work.now
    for fill in await work.fills.with_tariff(tariff.id):
        price_by_tariff(fill, tariff)
    return tariff


async def remove_tariff(work: Work, *, access: Access, tariff_id: UUID) -> None:
    """What was charged by it keeps its price. Raises NotFound."""
    await work.tariffs.remove(await work.tariffs.one_changed(access, tariff_id))


async def read_tariff(work: Work, *, access: Access, tariff_id: UUID) -> EnergyTariff:
    return await work.tariffs.one_seen(access, tariff_id)


async def read_price(
    work: Work, *, access: Access, tariff_id: UUID, charge: Charge
) -> Priced | None:
    """What a charge would cost, hour by hour. Raises NotFound, ChargeTimesWrong, SolarTooMuch."""
    if charge.starts is not None and charge.ends is not None:
        lasts = charge.ends - charge.starts
        if not lasts or abs(lasts) > LONGEST_CHARGE or charge.ends < charge.starts:
            raise ChargeTimesWrong(pointer="/charged_to")
    if charge.solar > charge.energy:
        raise SolarTooMuch(pointer="/solar_quantity")
    tariff = await work.tariffs.one_seen(access, tariff_id)
    return price_charge(charge, tariff_of(tariff))


def _describe(tariff: EnergyTariff, facts: TariffFacts) -> None:
    table = facts.get("table")
    if table is not None:
        days = [prices.valid_from for prices in table]
        if len(set(days)) < len(days):
            raise TablesSameDay(pointer="/prices")
        tariff.table = [
            prices.row() for prices in sorted(table, key=lambda prices: prices.valid_from)
        ]
    if "name" in facts:
        tariff.name = facts["name"]
    if "timezone" in facts:
        tariff.timezone = facts["timezone"]
    if "currency" in facts:
        tariff.currency = facts["currency"]
