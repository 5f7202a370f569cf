"""Shapes of requests and answers: strict in, exact out."""

import re
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticUndefined

HEX_AND_DASHES = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class RequestModel(BaseModel):
    """A JSON body: unknown members and silent conversions are refused, spaces around a text are taken off."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


E = TypeVar("E", bound=RequestModel)


def every_member_optional(model: type[E]) -> type[E]:
    """Class decorator for the body of a PATCH: a subclass of the body of a POST in which each member may be left out.

    What was said is in `model_fields_set`; a member left out has no value worth reading, and the API's description no default for it.
    """
    for field in model.model_fields.values():
        field.default, field.default_factory = PydanticUndefined, _unsaid
    model.model_rebuild(force=True)
    return model


def _unsaid() -> None:
    return None


class AnswerModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="forbid")


class SecretAnswer(AnswerModel):
    """Tokens, seeds, codes, keys: marked `no-store`, so that neither a cache nor the store of idempotent answers keeps it."""


def _from_text(parse: Any, form: str) -> Any:
    """Python reads more forms than the API promises (`20261112`, `{…}`): only the promised one is taken."""
    promised = re.compile(form, re.ASCII)

    def convert(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if promised.fullmatch(value) is None:
            raise ValueError("of another form")
        return parse(value)

    return convert


def described_decimal(
    *, places: int, most: int, example: str, above_zero: bool = False
) -> WithJsonSchema:
    """What a decimal with these limits is in JSON Schema; pydantic does not tell the places of a number.

    `most` is a power of ten, itself allowed, or of nines alone, with any places behind them.
    """
    least = {"exclusiveMinimum": 0} if above_zero else {"minimum": 0}
    digits = len(str(most))
    fraction = rf"(\.[0-9]{{1,{places}}})?"
    if set(str(most)) == {"9"}:
        form = f"[0-9]{{1,{digits}}}{fraction}"
    else:
        form = rf"({most}(\.0{{1,{places}}})?|[0-9]{{1,{digits - 1}}}{fraction})"
    number = {"type": "number", **least, "maximum": most, "multipleOf": 10**-places}
    some = "(?=.*[1-9])" if above_zero else ""
    text = {"type": "string", "pattern": f"^{some}{form}$"}
    return WithJsonSchema({"anyOf": [number, text], "examples": [example]})


NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text. A pattern and no validator, so that the description of the API says it too."""
SAYS_SOMETHING = r"^[^\x00]*[^\s\x00][^\x00]*$"
"""As NO_NUL, and not of spaces alone: those are taken off, and nothing would be left."""

Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00\r\n]*[^\s\x00][^\x00\r\n]*$"),
]
"""One line of text, 1–200 characters."""
Prose = Annotated[str, StringConstraints(max_length=10_000, pattern=NO_NUL)]
"""Free text, at most 10,000 characters."""
Day = Annotated[
    date,
    BeforeValidator(_from_text(date.fromisoformat, r"\d{4}-\d{2}-\d{2}")),
    Field(examples=["2026-11-12"]),
]
"""A date as YYYY-MM-DD in a strict model."""
Identifier = Annotated[UUID, BeforeValidator(_from_text(UUID, HEX_AND_DASHES))]
"""An id as text in a strict model."""


def _utc(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    AwareDatetime,
    PlainSerializer(_utc, when_used="json"),
    Field(examples=["2026-11-22T09:00:00.000Z"]),
]
"""A time in an answer: ISO 8601, UTC, with Z."""
