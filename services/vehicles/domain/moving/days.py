"""Days and times as other programs write them, and how a whole column says which of day and month comes first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

YMD, DMY, MDY = "ymd", "dmy", "mdy"
ORDERS: Final = (DMY, MDY)
"""What a day without a four-digit year in front may mean."""
SAMPLES: Final = 3
LONGEST: Final = 48
MOST_MONTHS: Final = 12
FIRST_YEAR, LAST_YEAR = 1900, 2100
PIVOT: Final = 70
BUDDHIST: Final = (2443, 2643)
"""Years of the calendar in which servers in Thailand write."""
BUDDHIST_AHEAD: Final = 543
NOON: Final = 12
MONTHS: Final[Mapping[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "jan janv ene gen янв sty januari januar", "feb févr fevr fév lut fev фев", "mar mär märz mrz mars mrt бер мар",
            "apr avr abr кві апр kwi", "may mai mayo mag mei май мая maj", "jun juin giu juni июн cze",
            "jul juil lug juli июл lip", "aug août aou ago авг sie srp aoû", "sep sept set сен wrz", "oct okt ott out окт paź",
            "nov ноя lis lis", "dec déc dez dic дек gru pro",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
DIGITS: Final = re.compile(
    r"(?P<year0>[0-9]{4})\s?[-/.]\s?(?P<month0>[0-9]{1,2})\s?[-/.]\s?(?P<day0>[0-9]{1,2})\.?(?![0-9])"
    r"|(?P<one>[0-9]{1,2})\s?[-/.]\s?(?P<two>[0-9]{1,2})\s?[-/.]\s?(?P<last>[0-9]{4}|[0-9]{2})(?![0-9])\.?(?:\s?(?:г|r)\.)?"
    r"|(?P<year8>[0-9]{4})(?P<month8>[0-9]{2})(?P<day8>[0-9]{2})(?![0-9.,])"
)
NAMED: Final = re.compile(
    r"(?:[^\W\d_]{2,12}\.?,?\s)?"  # the day of the week
    r"(?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er)?\.?[\s./-]{0,2}(?:de )?(?P<name>[^\W\d_]{3,12})\.?"
    r"|(?P<name2>[^\W\d_]{3,12})\.?[\s.-]{1,2}(?P<day2>[0-9]{1,2})(?:st|nd|rd|th)?)"
    r"[\s,./-]{1,3}(?:de )?(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
)
CLOCK: Final = re.compile(
    r"[T\s,\u00a0\u202f–-]*(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"[\s\u00a0\u202f]*(?P<half>[aApP]\.?[\s\u00a0]?[mM]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
)
LETTERS: Final = re.compile(r"[dMy]")


class NoDay(ValueError):
    """`code`: date_missing, date_unreadable, date_impossible."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Clock:
    at: time | None
    is_utc: bool = False
    """Said to be in universal time, so that the day there may be another."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A day taken apart: `order` where it shows, and its three numbers as they stand."""

    order: str | None
    numbers: tuple[int, int, int]
    rest: str
    is_short: bool = False
    """A year of two digits."""

    @classmethod
    def of(cls, cell: str) -> "Parts | None":
        text = cell.strip()
        if len(text) > LONGEST:
            return None
        if found := DIGITS.match(text):
            rest = text[found.end() :]
            if found["one"]:
                numbers = (int(found["one"]), int(found["two"]), int(found["last"]))
                return cls(None, numbers, rest, is_short=len(found["last"]) <= 2)  # noqa: PLR2004
            year, month, day = (
                found["year0"] or found["year8"],
                found["month0"] or found["month8"],
                found["day0"] or found["day8"],
            )
            return cls(YMD, (int(year), int(month), int(day)), rest)
        if (named := NAMED.match(text)) and (month := _month(named["name"] or named["name2"])):
            numbers = (int(named["day"] or named["day2"]), month, int(named["year"]))
            return cls(DMY, numbers, text[named.end() :], is_short=len(named["year"]) <= 2)  # noqa: PLR2004
        return None


def _month(word: str) -> int | None:
    low = word.lower()
    return next((MONTHS[low[:size]] for size in (len(low), 4, 3) if low[:size] in MONTHS), None)


def moment_of(cell: str, order: str, zone: str = "") -> tuple[date, time | None]:
    """The day, and the time where one is written; midnight to the second is what programs write for none.

    `zone`: where a time in universal time was lived. Raises NoDay.
    """
    if not cell.strip():
        raise NoDay("date_missing")
    parts = Parts.of(cell)
    clock = clock_of(parts.rest) if parts else None
    if parts is None or clock is None:
        raise NoDay("date_unreadable")
    day = _day(parts, order)
    if clock.is_utc and clock.at is not None and zone:
        there = datetime.combine(day, clock.at, UTC).astimezone(ZoneInfo(zone))
        return there.date(), there.time()
    return day, clock.at


def _day(parts: Parts, order: str) -> date:
    known = parts.order or (order if order in ORDERS else DMY)
    first, second, third = parts.numbers
    year, month, day = {
        YMD: (first, second, third),
        DMY: (third, second, first),
        MDY: (third, first, second),
    }[known]
    if parts.is_short:
        year += 1900 if year >= PIVOT else 2000
    if BUDDHIST[0] <= year <= BUDDHIST[1]:
        year -= BUDDHIST_AHEAD
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise NoDay("date_impossible") from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NoDay("date_impossible")
    return found


def clock_of(text: str) -> Clock | None:
    """None for what is no time; an empty text is no time either, and no fault."""
    if not text.strip():
        return Clock(None)
    found = CLOCK.fullmatch(text.rstrip())
    if found is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= NOON:
            return None
        hour = hour % NOON + (NOON if half == "p" else 0)
    try:
        at = time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None
    is_none = found["second"] is not None and at == time(0)
    return Clock(None if is_none else at, is_utc=found["zone"] in {"Z", "UTC", "GMT"})


def order_in(pattern: str) -> str | None:
    """Of what a program says its days look like: `M/d/yyyy` is `mdy`."""
    letters = "".join(dict.fromkeys(LETTERS.findall(pattern))).lower()
    return letters if letters in {*ORDERS, YMD} else None


@dataclass(slots=True)
class OrderSeen:
    """What the days of all columns say together."""

    first: int = 0
    """Days in front: the first number is more than twelve."""
    second: int = 0
    unsure: int = 0
    years_first: int = 0
    universal: int = 0
    """Times in universal time."""
    samples: list[str] = field(default_factory=list)

    def see(self, cell: str) -> None:
        parts = Parts.of(cell) if cell else None
        if parts is None:
            return
        if "Z" in parts.rest or "UTC" in parts.rest or "GMT" in parts.rest:
            clock = clock_of(parts.rest)
            self.universal += clock is not None and clock.is_utc and clock.at is not None
        if parts.order:
            self.years_first += 1
            return
        one, two, _ = parts.numbers
        if one > MOST_MONTHS >= two:
            self.first += 1
        elif two > MOST_MONTHS >= one:
            self.second += 1
        elif one <= MOST_MONTHS and two <= MOST_MONTHS and one != two:
            self.unsure += 1
            if len(self.samples) < SAMPLES:
                self.samples.append(cell.strip())

    @property
    def decided(self) -> str | None:
        if self.first and not self.second:
            return DMY
        if self.second and not self.first:
            return MDY
        return YMD if self.is_silent else None

    @property
    def is_silent(self) -> bool:
        return not (self.first or self.second or self.unsure)

    @property
    def likely(self) -> str | None:
        if self.first or self.second:
            return DMY if self.first >= self.second else MDY
        return DMY if all("." in sample for sample in self.samples) else None
