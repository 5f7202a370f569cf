"""The table of Stripe operations: `@operation("POST", "/v1/customers/{id}", CustomerUpdateParams)`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from deploy.simulators.stripe.wire import Json, StripeFault
from deploy.simulators.stripe.world import World

Handler = Callable[..., Json]


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    pattern: re.Pattern[str]
    shape: type | None
    handler: Handler


OPERATIONS: list[Operation] = []


def operation(method: str, path: str, shape: type | None) -> Callable[[Handler], Handler]:
    pattern = re.compile(re.sub(r"\{\w+\}", r"([^/]+)", path))

    def register(handler: Handler) -> Handler:
        OPERATIONS.append(Operation(method, pattern, shape, handler))
        return handler

    return register


def find_operation(method: str, path: str) -> tuple[Operation, tuple[str, ...]]:
    for known in OPERATIONS:
        found = known.pattern.fullmatch(path)
        if found and known.method == method:
            return known, found.groups()
    raise StripeFault(404, f"Unrecognized request URL ({method}: {path}).")


_EXPANDABLE = {
    "latest_invoice": "invoice",
    "customer": "customer",
    "subscription": "subscription",
    "default_payment_method": "payment_method",
    "schedule": "subscription_schedule",
    "product": "product",
    "invoice": "invoice",
}


def expanded(world: World, answer: Json, paths: list[str]) -> Json:
    """A copy in which the named ids are replaced by their objects; an unknown name is refused, as Stripe does."""
    answer = _copy(answer)
    for path in paths:
        _expand(world, answer, path.split("."), path)
    return answer


def _copy(value: Json) -> Json:
    return {
        name: _copy(each)
        if isinstance(each, dict)
        else [_copy(one) if isinstance(one, dict) else one for one in each]
        if isinstance(each, list)
        else each
        for name, each in value.items()
    }


def _expand(world: World, here: Json, names: list[str], path: str) -> None:
    name, *rest = names
    if name not in here:
        raise StripeFault(400, f"This property cannot be expanded ({path}).", param="expand")
    value = here[name]
    if isinstance(value, str) and name in _EXPANDABLE:
        value = here[name] = _copy(world.find(_EXPANDABLE[name], value))
    if rest and isinstance(value, dict):
        _expand(world, value, rest, path)
    if rest and isinstance(value, list):
        for each in value:
            _expand(world, each, rest, path)
