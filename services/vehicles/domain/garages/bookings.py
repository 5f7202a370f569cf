"""The life of a booking: its states, who moves it from which to which, and until when.

pending → confirmed → in_progress → completed; pending → cancelled, expired; confirmed → cancelled, no_show. Only the garage confirms,
starts and completes; a customer who moves a confirmed booking to another time asks anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from shared.local_day import local_day, zone_named


class BookingState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


class Move(StrEnum):
    CONFIRM = "confirm"
    START = "start"
    COMPLETE = "complete"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    RESCHEDULE = "reschedule"
    EXPIRE = "expire"


class Side(StrEnum):
    CUSTOMER = "customer"
    GARAGE = "garage"
    CLOCK = "clock"
    """Nobody did anything: time did."""


_PENDING, _CONFIRMED = BookingState.PENDING, BookingState.CONFIRMED
MOVES: Final[Mapping[tuple[BookingState, Move, Side], BookingState]] = {
    (_PENDING, Move.CONFIRM, Side.GARAGE): _CONFIRMED,
    (_PENDING, Move.CANCEL, Side.CUSTOMER): BookingState.CANCELLED,
    (_PENDING, Move.CANCEL, Side.GARAGE): BookingState.CANCELLED,
    (_PENDING, Move.RESCHEDULE, Side.CUSTOMER): _PENDING,
    (_PENDING, Move.RESCHEDULE, Side.GARAGE): _PENDING,
    (_PENDING, Move.EXPIRE, Side.CLOCK): BookingState.EXPIRED,
    (_CONFIRMED, Move.START, Side.GARAGE): BookingState.IN_PROGRESS,
    (_CONFIRMED, Move.CANCEL, Side.CUSTOMER): BookingState.CANCELLED,
    (_CONFIRMED, Move.CANCEL, Side.GARAGE): BookingState.CANCELLED,
    (_CONFIRMED, Move.RESCHEDULE, Side.CUSTOMER): _PENDING,
    (_CONFIRMED, Move.RESCHEDULE, Side.GARAGE): _CONFIRMED,
    (_CONFIRMED, Move.NO_SHOW, Side.GARAGE): BookingState.NO_SHOW,
    (BookingState.IN_PROGRESS, Move.COMPLETE, Side.GARAGE): BookingState.COMPLETED,
}
"""All there are; any other is refused as `wrong_state`."""
THE_GARAGES: Final = frozenset({Move.CONFIRM, Move.START, Move.COMPLETE, Move.NO_SHOW})
"""Moves no customer ever makes."""
HOLDING: Final = (_PENDING, _CONFIRMED, BookingState.IN_PROGRESS)
"""States in which a booking takes a bay."""
OPEN: Final = (_PENDING, _CONFIRMED)
"""The car is not at the garage yet."""

UNANSWERED: Final = timedelta(hours=48)
NO_SHOW_AFTER: Final = timedelta(minutes=15)
REMINDED_AT: Final = time(18)
"""On the garage's clock, the day before."""


def moved(state: BookingState, move: Move, by: Side) -> BookingState | None:
    """Where it leads; None where there is no such move."""
    return MOVES.get((state, move, by))


def moves_of(state: BookingState, side: Side) -> list[Move]:
    """Those a side has from there, as far as the state goes."""
    return [move for move in Move if (state, move, side) in MOVES]


@dataclass(frozen=True, slots=True)
class Agreed:
    """When, and under which rule of the garage."""

    state: BookingState
    starts_at: datetime
    notice: timedelta
    moved_by_garage: bool = False
    """Its present time is not the one the customer asked for."""

    @property
    def until(self) -> datetime | None:
        """Until when the customer may call it off by themselves; None once it is not a matter of time any more. A request that nobody
        has answered is theirs to take back; so is a time that the garage chose.
        """
        if self.state not in OPEN:
            return None
        if self.state is BookingState.PENDING or self.moved_by_garage:
            return self.starts_at
        return self.starts_at - self.notice


def may_still_cancel(agreed: Agreed, now: datetime) -> bool:
    """Or off to another time, without a word with the garage."""
    return agreed.until is not None and now <= agreed.until


def is_expired(asked_at: datetime, starts_at: datetime, now: datetime) -> bool:
    """Of a request that waits: unanswered for two days, or its time has come."""
    return now >= starts_at or now - asked_at >= UNANSWERED


def may_be_no_show(starts_at: datetime, now: datetime, zone: str) -> bool:
    """From a quarter of an hour after its start, as long as it is that day at the garage."""
    is_late = now >= starts_at + NO_SHOW_AFTER
    return is_late and local_day(now, zone) == local_day(starts_at, zone)


def remind_at(starts_at: datetime, now: datetime, zone: str) -> datetime | None:
    """Six in the evening before, at the garage; None where that has passed: whoever books so late knows."""
    eve = local_day(starts_at, zone) - timedelta(days=1)
    at = datetime.combine(eve, REMINDED_AT, zone_named(zone))
    return at if at > now else None
