"""The day at a car, for rows by the thousand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Uuid, case, func, literal


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`today`: of whoever asks, and of all cars but these: there are at most three days at one moment."""

    today: date
    cars: Mapping[date, Sequence[UUID]] = field(default_factory=dict)

    def day_of(self, vehicle_id: Any) -> ColumnElement[date]:
        """The day at the car of a row."""
        today = literal(self.today, Date)
        ways = [
            (vehicle_id == func.any(literal(list(ids), ARRAY(Uuid))), literal(day, Date))
            for day, ids in sorted(self.cars.items())
        ]
        return case(*ways, else_=today) if ways else today
