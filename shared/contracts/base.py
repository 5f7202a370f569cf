"""What every event has in common, and the rules by which events may grow.

Within a version a contract only grows: a new field is optional, nothing is removed, renamed or retyped. Anything else is a new
topic (`.v2`) published beside the old one for a release. `tests/contracts/test_schemas.py` refuses the rest.
"""

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, SecretStr

Sensitive = Annotated[
    SecretStr,
    PlainSerializer(lambda secret: secret.get_secret_value(), return_type=str, when_used="json"),
]
"""A short-lived secret that must travel: hidden in logs and `repr`, readable on the wire, wiped from the outbox once sent."""


class Language(StrEnum):
    FR = "fr"
    EN = "en"
    ES = "es"


class Event(BaseModel):
    """A past fact. `topic` is the routing key; `subject` names the thing the event is about and orders its versions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str]
    subject_field: ClassVar[str]
    carries_secret: ClassVar[bool] = False

    @property
    def subject(self) -> UUID:
        value: UUID = getattr(self, self.subject_field)
        return value


class StateEvent(Event):
    """The whole public state of its subject after a change; a listener keeps the highest `version` and drops the rest."""

    version: int = Field(ge=1)


class MoneyAmount(BaseModel):
    """An amount in the currency's minor unit by ISO 4217 (euro cents, yen, a thousandth of a Tunisian dinar)."""

    model_config = ConfigDict(frozen=True)

    amount_minor: int
    currency: str = Field(pattern="^[A-Z]{3}$")
