"""One valid event each; override what the test is about."""

from datetime import date
from typing import Any
from uuid import UUID

from shared.contracts.vehicles import MaintenanceChanged, RecordStatus, VehicleChanged
from shared.ids import new_id


def make_car(owner_id: UUID, **facts: Any) -> VehicleChanged:
    given: dict[str, Any] = {
        "vehicle_id": new_id(),
        "owner_id": owner_id,
        "version": 1,
        "make": "Renault",
        "model": "Clio",
        "year": 2018,
        "fuel_type": "gasoline",
        "transmission": "manual",
        "odometer_m": 80_000_000,
        "odometer_read_on": date(2025, 11, 1),
        "first_registration": date(2018, 3, 1),
        "country": "FR",
    }
    return VehicleChanged(**{**given, **facts})


def make_record(car: VehicleChanged, **facts: Any) -> MaintenanceChanged:
    given: dict[str, Any] = {
        "record_id": new_id(),
        "vehicle_id": car.vehicle_id,
        "owner_id": car.owner_id,
        "version": 1,
        "status": RecordStatus.COMPLETED,
        "service_date": date(2025, 10, 1),
        "odometer_m": 78_000_000,
        "services": (),
        "title": "Vidange",
        "text": "",
        "cost": None,
    }
    return MaintenanceChanged(**{**given, **facts})
