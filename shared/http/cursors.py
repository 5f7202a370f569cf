"""The place in a list after or before which a page starts: opaque to clients, checked when it comes back.

A place is the ordering, the value and the id of the row at a page's edge, so what is added or deleted elsewhere moves nothing. It
gives no right to anything: the owner's condition stands beside it in the query.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, or_

from shared.errors import BadRequest
from shared.messages import Text

LONGEST = 600
CHECK_BYTES = 6
AFTER, BEFORE = "a", "b"


class CursorInvalid(BadRequest):
    code = "cursor_invalid"
    text = Text(
        fr="Ce curseur n'est pas de cette liste ; recommencez sans curseur.",
        en="This cursor is not of this list; start again without one.",
        es="Este cursor no es de esta lista; empieza de nuevo sin él.",
    )


@dataclass(frozen=True, slots=True)
class Place:
    ordering: str
    value: Any
    row_id: UUID
    is_before: bool = False

    def text(self) -> str:
        side = BEFORE if self.is_before else AFTER
        value = str(self.value) if isinstance(self.value, Decimal | UUID) else self.value
        body = orjson.dumps([side, self.ordering, value, str(self.row_id)])
        return base64.urlsafe_b64encode(_check(body) + body).rstrip(b"=").decode()


def _check(body: bytes) -> bytes:
    """Against a mangled copy; whoever forges one gains nothing."""
    return hashlib.blake2b(body, digest_size=CHECK_BYTES, person=b"cursor").digest()


def place_of(text: str, order_by: Mapping[str, Any]) -> Place:
    """Raises CursorInvalid unless the list offers this ordering and its column could hold the value."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        check, body = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
        if check != _check(body):
            raise ValueError(text)  # noqa: TRY301 - one way out for all that is wrong
        side, ordering, value, row_id = orjson.loads(body)
        kind = order_by[ordering.removeprefix("-")].type.python_type
        return Place(
            ordering, _typed(value, kind), UUID(row_id), {AFTER: False, BEFORE: True}[side]
        )
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise CursorInvalid(pointer="?cursor") from error


def _typed(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if kind in {datetime, date}:
        return kind.fromisoformat(value)
    if kind in {UUID, Decimal}:
        return kind(value)
    if type(value) is not kind:
        raise TypeError(kind)
    return value


def beyond(place: Place, column: Any, row_id: Any) -> ColumnElement[bool]:
    """The rows after the place (before it, read backwards); empty values come last in both directions, ids descend."""
    same_value = column.is_(None) if place.value is None else column == place.value
    is_tied = and_(same_value, row_id > place.row_id if place.is_before else row_id < place.row_id)
    if place.value is None:
        return or_(column.is_not(None), is_tied) if place.is_before else is_tied
    falls = place.ordering.startswith("-") is not place.is_before
    farther = column < place.value if falls else column > place.value
    return or_(farther, is_tied) if place.is_before else or_(farther, column.is_(None), is_tied)
