"""Stripe's wire: nested form fields in, typed values out, and Stripe's own error shapes.

Every parameter is checked against the pinned SDK's own TypedDicts, so a field that Stripe would refuse is refused here too.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

import typing_extensions
from stripe import RequestOptions

Json = dict[str, Any]

_PART = re.compile(r"\[([^\]]*)\]")
_INTEGER = re.compile(r"-?\d{1,15}")
_WRAPPERS = {NotRequired, Required, typing_extensions.NotRequired, typing_extensions.Required}
_UNIONS = {Union, types.UnionType}
_LITERALS = {Literal, typing_extensions.Literal}
_SDK_ONLY = frozenset(RequestOptions.__annotations__)
_UNRESOLVED = {
    "StripeContext": object,
    "Mapping": Mapping,
    "Any": Any,
}  # the SDK imports it for type checkers only


@dataclass
class StripeFault(Exception):
    """An error answer as Stripe writes it."""

    status: int
    message: str
    kind: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    extra: Json = field(default_factory=dict)

    def body(self) -> Json:
        error: Json = {"type": self.kind, "message": self.message, **self.extra}
        if self.code:
            error["code"] = self.code
        if self.param:
            error["param"] = self.param
        return {"error": error}


def missing(kind: str, object_id: str, *, param: str = "id") -> StripeFault:
    return StripeFault(404, f"No such {kind}: '{object_id}'", code="resource_missing", param=param)


def refused(message: str, *, param: str | None = None, code: str | None = None) -> StripeFault:
    return StripeFault(400, message, param=param, code=code)


def nested(pairs: list[tuple[str, str]]) -> Json:
    """`items[0][price]=x` → {"items": [{"price": "x"}]}."""
    root: Json = {}
    for key, value in pairs:
        head = key.split("[", 1)[0]
        path = [head, *_PART.findall(key[len(head) :])]
        here = root
        for name in path[:-1]:
            here = here.setdefault(name, {})
            if not isinstance(here, dict):
                raise refused(f"Invalid parameter: {key}", param=key)
        last = path[-1] or str(len(here))
        here[last] = value
    return {name: _lists(value) for name, value in root.items()}


def _lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(each) for name, each in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


@cache
def _fields(shape: type) -> Mapping[str, object]:
    hints = get_type_hints(shape, localns=_UNRESOLVED, include_extras=True)
    return {name: hint for name, hint in hints.items() if name not in _SDK_ONLY}


def typed(shape: type | None, given: Json) -> Json:
    """The request's fields as values; 400 for what the SDK's types do not know."""
    if shape is None:
        if given:
            raise _unknown(next(iter(given)))
        return {}
    known = _fields(shape)
    required = set(getattr(shape, "__required_keys__", frozenset())) & set(known)
    for name in required - set(given):
        if not _optional(known[name]):
            raise StripeFault(
                400, f"Missing required param: {name}.", code="parameter_missing", param=name
            )
    return _object(shape, given, "")


def _optional(hint: object) -> bool:
    return get_origin(hint) in {NotRequired, typing_extensions.NotRequired}


def _unknown(param: str) -> StripeFault:
    return refused(f"Received unknown parameter: {param}", param=param, code="parameter_unknown")


def _object(shape: type, given: Json, path: str) -> Json:
    known = _fields(shape)
    found: Json = {}
    for name, value in given.items():
        param = f"{path}[{name}]" if path else name
        if name not in known:
            raise _unknown(param)
        found[name] = _value(known[name], value, param)
    return found


def _value(hint: object, value: object, param: str) -> object:  # noqa: PLR0911 - one return per kind of type
    origin = get_origin(hint)
    if origin in _WRAPPERS:
        return _value(get_args(hint)[0], value, param)
    if origin in _UNIONS:
        return _one_of(get_args(hint), value, param)
    if origin in _LITERALS:
        return _literal(get_args(hint), value, param)
    if origin is list:
        return _list(get_args(hint)[0], value, param)
    if origin is dict:
        return _mapping(value, param)
    if typing_extensions.is_typeddict(hint):
        if not isinstance(value, dict):
            raise refused(f"Invalid object: {param}", param=param)
        return _object(hint, value, param)  # type: ignore[arg-type]  # is_typeddict narrows to nothing
    return _scalar(hint, value, param)


def _one_of(options: tuple[object, ...], value: object, param: str) -> object:
    first: StripeFault | None = None
    for option in sorted(options, key=_narrowest_first):
        try:
            return _value(option, value, param)
        except StripeFault as fault:
            unknown = fault.code == "parameter_unknown"
            first = fault if first is None or unknown else first
    raise first or refused(f"Invalid value for {param}", param=param)


def _narrowest_first(hint: object) -> int:
    if get_origin(hint) in _LITERALS:
        return 0
    return {bool: 1, int: 2, float: 3, str: 5}.get(hint, 4)  # type: ignore[call-overload,no-any-return]  # any hint may be asked


def _literal(options: tuple[object, ...], value: object, param: str) -> object:
    if value in options:
        return value
    raise refused(f"Invalid {param}: must be one of {', '.join(map(str, options))}", param=param)


def _list(inner: object, value: object, param: str) -> object:
    if not isinstance(value, list):
        raise refused(f"Invalid array: {param}", param=param)
    return [_value(inner, each, f"{param}[{at}]") for at, each in enumerate(value)]


def _mapping(value: object, param: str) -> object:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise refused(f"Invalid hash: {param}", param=param)
    return value


_READERS: dict[object, Callable[[str], object]] = {
    str: str,
    int: int,
    float: float,
    bool: lambda text: text == "true",
}


def _scalar(hint: object, value: object, param: str) -> object:
    if not isinstance(value, str):
        raise refused(f"Invalid value for {param}", param=param)
    fits = {
        bool: value in {"true", "false"},
        int: bool(_INTEGER.fullmatch(value)),
        float: bool(re.fullmatch(r"-?\d+(\.\d+)?", value)),
        str: True,
    }.get(hint, False)  # type: ignore[call-overload]  # any hint may be asked
    if not fits:
        raise refused(f"Invalid value for {param}: {value!r}", param=param)
    return _READERS[hint](value)
