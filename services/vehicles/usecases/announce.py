from services.vehicles.domain.services import service_name
from services.vehicles.domain.vin import LENGTH
from services.vehicles.storage.models import MaintenanceRecord, Vehicle
from services.vehicles.usecases.work import Work
from shared.contracts.base import MoneyAmount
from shared.contracts.vehicles import MaintenanceChanged, RecordStatus, VehicleChanged
from shared.money import Money


def on_the_wire(money: Money | None) -> MoneyAmount | None:
    return money.on_the_wire() if money else None


def announce_vehicle(
    work: Work, *, vehicle: Vehicle, deleted: bool = False, is_new: bool = False
) -> None:
    """Tell the others how the car stands now, as its next version."""
    if not is_new:
        vehicle.version += 1
        vehicle.updated_at = work.now
    vin = vehicle.vin if vehicle.vin and len(vehicle.vin) == LENGTH else None
    work.emit(
        VehicleChanged(
            version=vehicle.version,
            vehicle_id=vehicle.id,
            owner_id=vehicle.owner_id,
            make=vehicle.make,
            model=vehicle.model,
            year=vehicle.year,
            fuel_type=vehicle.fuel_type,
            transmission=vehicle.transmission,
            vin_prefix=f"{vin[:3]}{vin[9]}" if vin else None,
            odometer_m=vehicle.odometer_metres,
            odometer_read_on=vehicle.odometer_on,
            first_registration=vehicle.first_registered_on,
            country=vehicle.country,
            annual_distance_m=vehicle.metres_a_year,
            deleted=deleted,
        )
    )


def announce_record(
    work: Work, *, record: MaintenanceRecord, deleted: bool = False, is_new: bool = False
) -> None:
    if not is_new:
        record.version += 1
        record.updated_at = work.now
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
            services=tuple(record.services),
            title=title_of(record),
            text="\n".join(filter(None, [record.description, *lines])),
            cost=on_the_wire(record.cost),
            deleted=deleted,
        )
    )


def title_of(record: MaintenanceRecord) -> str:
    """What its owner called it; else the reference list's name, in French like the house."""
    name = service_name(record.service_type)
    return record.title or (name.fr if name else record.service_type)
