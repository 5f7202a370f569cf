from services.vehicles.domain.cars.vin import LENGTH
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.contracts.vehicles import CarMember, VehicleChanged


def announce_vehicle(
    work: Work, *, vehicle: Vehicle, deleted: bool = False, is_new: bool = False
) -> None:
    """Tell the others how the car stands now, as its next version."""
    if not is_new:
        vehicle.version += 1
        vehicle.updated_at = work.now
    say_vehicle(work, vehicle=vehicle, deleted=deleted)


def say_vehicle(work: Work, *, vehicle: Vehicle, deleted: bool = False) -> None:
    """As the version it has."""
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
            members=tuple(CarMember.model_validate(each) for each in vehicle.shared_with),
            lifecycle=vehicle.lifecycle,
            deleted=deleted or vehicle.trashed_at is not None,
            restorable=vehicle.trashed_at is not None and not deleted,
        )
    )
