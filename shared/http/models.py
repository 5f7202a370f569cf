"""Shapes of requests and answers: strict in, exact out."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)


class RequestModel(BaseModel):
    """A JSON body: unknown members and silent conversions are refused; NUL bytes never reach a database."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


class AnswerModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="forbid")


def _no_nul(value: Any) -> Any:
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("must not hold NUL characters")
    return value


def _from_text(parse: Any) -> Any:
    def convert(value: Any) -> Any:
        return parse(value) if isinstance(value, str) else value

    return convert


Line = Annotated[
    str,
    BeforeValidator(_no_nul),
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n]*$"),
]
"""One line of text, 1–200 characters."""
Prose = Annotated[str, BeforeValidator(_no_nul), StringConstraints(max_length=10_000)]
"""Free text, at most 10,000 characters."""
Day = Annotated[
    date, BeforeValidator(_from_text(date.fromisoformat)), Field(examples=["2026-11-12"])
]
"""A date as YYYY-MM-DD in a strict model."""
Identifier = Annotated[UUID, BeforeValidator(_from_text(UUID))]
"""An id as text in a strict model."""


def _utc(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    AwareDatetime,
    PlainSerializer(_utc, when_used="json"),
    Field(examples=["2026-11-22T09:00:00.000Z"]),
]
"""A time in an answer: ISO 8601, UTC, with Z."""
