"""What is true in the files that the judge of the readers writes, and how countries write it down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random


@dataclass(frozen=True)
class Fill:
    day: date
    odometer: Decimal
    quantity: Decimal
    price: Decimal
    total: Decimal
    is_full: bool
    missed: bool
    note: str

    def fact(self, *, with_misses: bool) -> tuple[object, ...]:
        return (
            self.day,
            self.odometer or None,
            self.quantity,
            self.total,
            self.is_full,
            self.missed and with_misses,
        )


@dataclass(frozen=True)
class Cost:
    day: date
    odometer: Decimal
    title: str
    total: Decimal


NOTES = (
    "",
    "",
    "windy",
    'said "enough"',
    "rain, fog",
    "Straße nach Zürich",
    "two\nlines",
    "=1+1",
    "it's cold",
)


@dataclass(frozen=True)
class Truth:
    fills: Sequence[Fill]
    costs: Sequence[Cost]

    @classmethod
    def of(
        cls, seed: int, *, notes: Sequence[str] = NOTES, days: Sequence[int] = tuple(range(1, 29))
    ) -> "Truth":
        draw = Random(seed)
        day, odometer, fills = date(2024, 1, 3), Decimal(draw.randrange(900, 180_000)), []
        for number in range(14):
            day += timedelta(days=draw.randrange(3, 25))
            day = day.replace(day=draw.choice(days))
            odometer += draw.randrange(120, 900)
            quantity = Decimal(draw.randrange(8000, 62_000)) / 1000
            price = Decimal(draw.randrange(1100, 2300)) / 1000
            total = (quantity * price).quantize(Decimal("0.01"))
            shown = Decimal() if number == 5 else odometer
            fills.append(
                Fill(
                    day,
                    shown,
                    quantity,
                    price,
                    total,
                    draw.random() > 0.2,
                    draw.random() < 0.1,
                    draw.choice(notes),
                )
            )
        costs = [
            Cost(fills[3].day, fills[3].odometer, "Oil change", Decimal("1234.56")),
            Cost(fills[8].day, fills[8].odometer, "Brake pads", Decimal("89.90")),
        ]
        return cls(fills, costs)


@dataclass(frozen=True)
class Culture:
    """How a country writes days and numbers; `money` with `{}` for the number."""

    day: Callable[[date], str]
    mark: str = "."
    group: str = ","
    money: str = "${}"

    def number(self, value: Decimal, *, grouped: bool = False) -> str:
        text = f"{value:,f}" if grouped else f"{value:f}"
        return text.replace(",", "\0").replace(".", self.mark).replace("\0", self.group)

    def amount(self, value: Decimal) -> str:
        return self.money.format(self.number(value, grouped=True))


CULTURES = {
    "en-US": Culture(lambda d: f"{d.month}/{d.day}/{d.year}"),
    "en-GB": Culture(lambda d: f"{d:%d/%m/%Y}", money="£{}"),
    "fr-FR": Culture(lambda d: f"{d:%d/%m/%Y}", ",", "\u202f", "{}\u00a0€"),
    "de-DE": Culture(lambda d: f"{d:%d.%m.%Y}", ",", ".", "{}\u00a0€"),
    "de-CH": Culture(lambda d: f"{d:%d.%m.%Y}", ".", "’", "CHF\u00a0{}"),
    "de-AT": Culture(lambda d: f"{d:%d.%m.%Y}", ",", "\u00a0", "€\u00a0{}"),
    "pt-BR": Culture(lambda d: f"{d:%d/%m/%Y}", ",", ".", "R$\u00a0{}"),
    "sv-SE": Culture(lambda d: f"{d:%Y-%m-%d}", ",", "\u00a0", "{}\u00a0kr"),
    "da-DK": Culture(lambda d: f"{d:%d.%m.%Y}", ",", ".", "{}\u00a0kr."),
    "hu-HU": Culture(lambda d: f"{d:%Y. %m. %d.}", ",", "\u00a0", "{}\u00a0Ft"),
    "ja-JP": Culture(lambda d: f"{d:%Y/%m/%d}", money="¥{}"),
    "pl-PL": Culture(lambda d: f"{d:%d.%m.%Y}", ",", "\u00a0", "{}\u00a0zł"),
    "bg-BG": Culture(lambda d: f"{d.day}.{d.month:02}.{d.year} г.", ",", "\u00a0", "{}\u00a0лв."),
    "nl-NL": Culture(lambda d: f"{d:%d-%m-%Y}", ",", ".", "€\u00a0{}"),
    "sk-SK": Culture(lambda d: f"{d.day}. {d.month}. {d.year}", ",", "\u00a0", "{}\u00a0€"),
    "en-IN": Culture(lambda d: f"{d:%d-%m-%Y}", money="₹{}"),
    "en-ZA": Culture(lambda d: f"{d:%Y/%m/%d}", ",", "\u00a0", "R\u00a0{}"),
    "th-TH": Culture(lambda d: f"{d.day}/{d.month}/{d.year + 543}", money="฿{}"),
    "es-PE": Culture(lambda d: f"{d:%d/%m/%Y}", money="S/\u00a0{}"),
    "mk-MK": Culture(lambda d: f"{d.day}.{d.month}.{d.year}", ",", ".", "{}\u00a0ден."),
    "he-IL": Culture(lambda d: f"{d.day}.{d.month}.{d.year}", money="\u200f{}\u00a0\u200f₪"),
    "ka-GE": Culture(lambda d: f"{d:%d.%m.%Y}", ",", "\u00a0", "{}\u00a0₾"),
    "hr-HR": Culture(lambda d: f"{d:%d. %m. %Y}.", ",", ".", "{}\u00a0€"),
    "ko-KR": Culture(lambda d: f"{d.year}. {d.month}. {d.day}.", money="₩{}"),
    "plain": Culture(lambda d: f"{d:%Y-%m-%d}", money="{}"),
}


def cell(text: str, separator: str = ",", *, every: bool = False) -> str:
    odd = any(mark in text for mark in (separator, '"', "\n", "\r"))
    return '"' + text.replace('"', '""') + '"' if every or odd else text


def rows(lines: Sequence[Sequence[str]], separator: str = ",", *, every: bool = False) -> str:
    return "".join(
        separator.join(cell(each, separator, every=every) for each in line) + "\n" for line in lines
    )


@dataclass(frozen=True)
class Variant:
    name: str
    reader: str
    write: Callable[[Truth], str]
    truth: Truth
    answers: dict[str, str] = field(default_factory=dict)
    asks: frozenset[str] = frozenset()
    """Questions that must be asked."""
    unit: str = "l"
    fills: bool = True
    costs: bool = False
    text: bool = False
    """Whether notes must come back as they were."""

    @property
    def misses(self) -> bool:
        """Whether the program writes that a fill was missed."""
        return self.reader not in {"drivvo", "spritmonitor"}
