"""Which cars' things of each kind somebody sees: worked out once a request from their standing before each car, and said in a query
as lists of cars. To ask of each kind's repository instead said the same condition a dozen times, which took longer than the answer.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Uuid, and_, bindparam, func, or_

from services.vehicles.domain.cars.roles import THEIR_OWN
from services.vehicles.domain.things import ThingKind
from services.vehicles.storage.cars.standing import Standing
from services.vehicles.storage.things import Thing, sees_of

PERSON: BindParameter[UUID] = bindparam("person", type_=Uuid)


@dataclass(frozen=True, slots=True)
class Reach:
    person: UUID
    cars: Mapping[UUID, Standing]

    def values(
        self, kinds: Collection[ThingKind], *, among: Collection[UUID] | None = None, name: str = ""
    ) -> dict[str, Any]:
        """For the statements of `seen`: of all cars, or of those."""
        cars = {
            id_: standing for id_, standing in self.cars.items() if among is None or id_ in among
        }
        said: dict[str, Any] = {}
        for kind in kinds:
            what = sees_of(kind)
            said[f"{name}all_{kind}"] = [id_ for id_, each in cars.items() if each.may(what)]
            if what in THEIR_OWN:
                said[f"{name}own_{kind}"] = [
                    id_ for id_, each in cars.items() if each.may_own(what)
                ]
                said[PERSON.key] = self.person
        return said


def car_of(thing: Thing) -> Any:
    return thing.model.id if thing.kind is ThingKind.VEHICLE else thing.model.vehicle_id


def seen(thing: Thing, *, name: str = "") -> ColumnElement[bool]:
    """Things of a kind that somebody sees, by the values of their `Reach`."""
    car = car_of(thing)
    wholly: ColumnElement[bool] = car == func.any(_cars(f"{name}all_{thing.kind}"))
    if sees_of(thing.kind) not in THEIR_OWN:
        return wholly
    mine = and_(car == func.any(_cars(f"{name}own_{thing.kind}")), thing.model.made_by == PERSON)
    return or_(wholly, mine)


def told_of(kind: ThingKind, car: Any) -> ColumnElement[bool]:
    """What was a thing of a kind, and is gone: as `seen`, whoever made it."""
    ways = [car == func.any(_cars(f"all_{kind}"))]
    if sees_of(kind) in THEIR_OWN:
        ways.append(car == func.any(_cars(f"own_{kind}")))
    return or_(*ways)


def _cars(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=ARRAY(Uuid))
