"""Spoken by every service that keeps something about a person."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Event


class AccountErased(Event):
    """`service` has forgotten this account; what the law makes it keep is pseudonymised."""

    topic: ClassVar[str] = "erasure.account_erased.v1"
    subject_field: ClassVar[str] = "account_id"
    account_id: UUID
    service: str
    erased_at: AwareDatetime
