"""The place in a list after or before which a page starts: opaque to clients, checked when it comes back.

A place is the ordering, the value and the id of the row at a page's edge, so what is added or deleted elsewhere moves nothing. It
gives no right to anything: the owner's condition stands beside it in the query.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, ColumnElement, and_, or_
from sqlalchemy.types import TypeEngine

from shared.errors import BadRequest
from shared.messages import Text
from shared.storable import flaw_in

LONGEST = 1500
CHECK_BYTES = 6
LARGEST_INTEGER = 2**31 - 1
MOST_DIGITS = 100
"""Before or behind the point; no column of ours holds as many."""
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
        return base64.urlsafe_b64encode(check_of(body) + body).rstrip(b"=").decode()


def check_of(body: bytes) -> bytes:
    """Against a mangled copy; whoever forges one gains nothing."""
    return hashlib.blake2b(body, digest_size=CHECK_BYTES, person=b"cursor").digest()


def place_of(text: str, order_by: Mapping[str, Any]) -> Place:
    """Raises CursorInvalid unless the list offers this ordering and its column could hold the value."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        check, body = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
        if check != check_of(body):
            raise ValueError(text)  # noqa: TRY301 - one way out for all that is wrong
        side, ordering, value, row_id = orjson.loads(body)
        column = order_by[ordering.removeprefix("-")].type
        return Place(
            ordering, _fitting(value, column), UUID(row_id), {AFTER: False, BEFORE: True}[side]
        )
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise CursorInvalid(pointer="?cursor") from error


def _fitting(value: Any, column: TypeEngine[Any]) -> Any:
    """The value as the column could hold it. Raises ValueError, TypeError, ArithmeticError."""
    kind = column.python_type
    if value is None:
        return None
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)
    if kind is date:
        return date.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    if kind is Decimal:
        return _number(Decimal(value))
    if type(value) is not kind or flaw_in(value) is not None:
        raise TypeError(kind)
    if kind is int and not isinstance(column, BigInteger) and abs(value) > LARGEST_INTEGER:
        raise ValueError(value)
    return value


def _number(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        raise ValueError(value)
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
