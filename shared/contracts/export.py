"""Spoken by every service that keeps something about a person."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, Sensitive


class DataPage(Event):
    """A piece of what `service` holds about a person who asked for their data: at most some hundred kilobytes.

    `content` is NDJSON, packed with gzip, in base64; each line is `{"table": …, "row": {…}}`. The page that `is_last` says how
    many rows of which table the service has sent altogether. Wiped from the outbox once sent.
    """

    topic: ClassVar[str] = "export.data_page.v1"
    subject_field: ClassVar[str] = "export_id"
    carries_secret: ClassVar[bool] = True
    export_id: UUID
    account_id: UUID
    service: str
    number: int = Field(ge=0)
    is_last: bool
    content: Sensitive
    counts: dict[str, int] = Field(default_factory=dict)
