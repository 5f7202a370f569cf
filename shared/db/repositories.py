"""The repositories of a unit of work, each made when it is first asked for: of forty a request needs three."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

from sqlalchemy.ext.asyncio import AsyncSession

R = TypeVar("R")


class repository(Generic[R]):  # noqa: N801 - it is used as `cached_property` is
    """`vehicles = repository(VehicleRepository)` in the class: `work.vehicles` is one of this session's, the same each time."""

    def __init__(self, make: Callable[[AsyncSession], R]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, work: None, owner: type) -> Self: ...
    @overload
    def __get__(self, work: object, owner: type) -> R: ...
    def __get__(self, work: Any, owner: type) -> Self | R:
        if work is None:
            return self
        made = work.__dict__[self._name] = self._make(work.session)
        return made
