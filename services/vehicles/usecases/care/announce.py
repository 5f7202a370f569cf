from services.vehicles.domain.care.services import service_name
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.usecases.work import Work
from shared.contracts.base import MoneyAmount
from shared.contracts.vehicles import MaintenanceChanged, RecordKind, RecordStatus
from shared.money import Money


def on_the_wire(money: Money | None) -> MoneyAmount | None:
    return money.on_the_wire() if money else None


def announce_record(work: Work, *, record: MaintenanceRecord, is_new: bool = False) -> None:
    if not is_new:
        record.version += 1
        record.updated_at = work.now
    say_record(work, record=record)


def say_record(work: Work, *, record: MaintenanceRecord) -> None:
    """As the version it has; in the trash it is deleted, to everybody else."""
    is_refund = record.kind == RecordKind.REFUND
    lines = [str(line["description"]) for line in record.lines]
    work.emit(
        MaintenanceChanged(
            version=record.version,
            record_id=record.id,
            vehicle_id=record.vehicle_id,
            owner_id=record.owner_id,
            status=RecordStatus(record.status),
            service_date=record.service_date,
            odometer_m=record.odometer_metres,
            services=() if is_refund else tuple(record.services),
            title=title_of(record),
            text="\n".join(filter(None, [record.description, *lines])),
            cost=on_the_wire(record.cost),
            deleted=record.trashed_at is not None,
            kind=RecordKind(record.kind),
        )
    )


def title_of(record: MaintenanceRecord) -> str:
    """What its owner called it; else the reference list's name, in French like the house."""
    name = service_name(record.service_type)
    return record.title or (name.fr if name else record.service_type)
