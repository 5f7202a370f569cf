"""Shapes of requests and answers: strict in, exact out."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticUndefined

from shared.local_day import is_zone
from shared.storable import flaw_in

HEX_AND_DASHES = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class RequestModel(BaseModel):
    """A JSON body: unknown members and silent conversions are refused, spaces around a text are taken off."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)
    _answered: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _sent_back(cls, said: Any) -> Any:
        if cls._answered and isinstance(said, Mapping):
            return {name: value for name, value in said.items() if name not in cls._answered}
        return said

    @classmethod
    def may_be(cls, answer: type["AnswerModel"]) -> None:
        """The whole answer of a GET may be sent back as this body: what only the answer has is passed over, whatever it says."""
        cls._answered = frozenset(answer.model_fields) - frozenset(cls.model_fields)


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


def from_text(parse: Any, form: str) -> Any:
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


# Patterns and no validators, so that the description of the API says it too.
NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text."""
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""Without tab and the ends of lines."""
NOT_IN_A_LINE = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
"""All controls, separators of lines, and what turns the direction of the text around it: in a name, a subject or a calendar each of
them makes another thing of it than was read."""
NO_CONTROLS = rf"^[^{_CONTROLS}]*$"
SAYS_SOMETHING = rf"^[^{_CONTROLS}]*[^\s{_CONTROLS}][^{_CONTROLS}]*$"
"""As NO_CONTROLS, and not of spaces alone: those are taken off, and nothing would be left."""
ONE_LINE = rf"^[^{NOT_IN_A_LINE}]*$"
LINE_SAYS_SOMETHING = rf"^[^{NOT_IN_A_LINE}]*[^\s{NOT_IN_A_LINE}][^{NOT_IN_A_LINE}]*$"


def _one_end_of_line(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE_SAYS_SOMETHING)]
"""One line of text, 1–200 characters, without control characters."""
Prose = Annotated[
    str,
    StringConstraints(max_length=10_000, pattern=NO_CONTROLS),
    AfterValidator(_one_end_of_line),
]
"""Free text, at most 10,000 characters; of controls only tabs and ends of lines, which become those of Unix."""


def _storable(value: Any) -> Any:
    flaw = flaw_in(value)
    if flaw is not None:
        raise ValueError(f"holds what cannot be kept: {flaw.reason}")
    return value


FreeObject = Annotated[dict[str, Any], BeforeValidator(_storable)]
"""Whatever the caller likes to keep, as far as JSON and PostgreSQL hold it: no other member may be free."""
Day = Annotated[
    date,
    BeforeValidator(from_text(date.fromisoformat, r"\d{4}-\d{2}-\d{2}")),
    Field(examples=["2026-11-12"]),
]
"""A date as YYYY-MM-DD in a strict model."""


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # the first and the last day there is, in another time zone
        raise ValueError("outside of time") from error


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time as a caller gives it, with its zone; in UTC from then on."""
Identifier = Annotated[UUID, BeforeValidator(from_text(UUID, HEX_AND_DASHES))]
"""An id as text in a strict model."""


@lru_cache(maxsize=4096)
def _utc(value: datetime) -> str:
    """Kept for a while: a row's times are the same each time it is read, and to write them took a twelfth of a list."""
    in_utc = value.astimezone(UTC)
    return in_utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    AwareDatetime,
    PlainSerializer(_utc, return_type=str, when_used="json"),
    Field(examples=["2026-11-22T09:00:00.000Z"]),
]
"""A time in an answer: ISO 8601, UTC, with Z."""


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("not a time zone of the IANA database")
    return name


ZoneName = Annotated[str, AfterValidator(_zone), Field(max_length=64, examples=["Europe/Paris"])]
