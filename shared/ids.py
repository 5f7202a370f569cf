"""Sortable identifiers: UUID version 7, whose first 48 bits are the time in milliseconds."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()
