"""The form by which a guest writes something down: what it asks, how what was typed becomes a body, what is wrong beside which input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gateway.domain import guest_words as words
from gateway.domain.typed import (
    day_written,
    decimal_number,
    money_written,
    quantity_written,
    whole_number,
    written,
)
from shared.contracts.base import Language
from shared.messages import Text

ACTS: Final = tuple(words.ACTS)
SHORT: Final = 200
LONG: Final = 2_000
OF_POINTER: Final = {"unit": "quantity", "unit_price": "total", "time": "day"}
"""What a refusal names where the form asks for it under another name."""


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    label: str
    kind: str = "text"
    """text, number, day, prose, choice, tick."""
    value: str = ""
    problem: str | None = None
    required: bool = False
    options: Sequence[tuple[str, str]] = ()
    longest: int = SHORT


@dataclass(frozen=True, slots=True)
class Asked:
    """For which car, as the service tells it, with what was typed and what is wrong with it."""

    door: Mapping[str, Any]
    typed: Mapping[str, str]
    wrong: Mapping[str, str]
    language: Language

    def input(self, name: str, label: Text, *, kind: str = "text", **more: Any) -> Input:
        facts = more.pop("facts", {})
        return Input(
            name,
            label.into(self.language, **facts),
            kind,
            self.typed.get(name, ""),
            self.wrong.get(name),
            **more,
        )

    def inputs(self, act: str) -> list[Input]:
        match act:
            case "reading":
                return [self._mileage(required=True), self._day()]
            case "fill":
                return [
                    *self._energy(),
                    self._quantity(),
                    self.input("total", words.TOTAL, kind="number"),
                    self.input("currency", words.CURRENCY, kind="choice", options=_CURRENCIES),
                    self._mileage(),
                    self.input("full", words.FULL, kind="tick"),
                    self._day(),
                    self.input("station", words.STATION),
                ]
            case _:
                severities = [
                    (name, text.into(self.language)) for name, text in words.SEVERITIES.items()
                ]
                return [
                    self.input("title", words.DEFECT, required=True),
                    self.input("description", words.DETAILS, kind="prose", longest=LONG),
                    self.input("severity", words.SEVERITY, kind="choice", options=severities),
                    self._mileage(),
                    self._day(),
                ]

    def _mileage(self, *, required: bool = False) -> Input:
        label = words.MILEAGE if required else words.MILEAGE_IF_KNOWN
        facts = {"unit": self.door["distance_unit"]}
        return self.input("mileage", label, kind="number", required=required, facts=facts)

    def _day(self) -> Input:
        return self.input("day", words.DAY, kind="day")

    def _energy(self) -> list[Input]:
        pumps = self.door["pumps"]
        if len(pumps) <= 1:
            return []
        options = [
            (f"{each['energy']}:{each['unit']}", self._pump(each["energy"], each["unit"]))
            for each in pumps
        ]
        return [self.input("energy", words.ENERGY, kind="choice", options=options)]

    def _pump(self, energy: str, unit: str) -> str:
        return f"{_named(words.ENERGIES, energy, self.language)} ({_named(words.UNITS, unit, self.language)})"

    def _quantity(self) -> Input:
        pumps = self.door["pumps"]
        more: dict[str, Any] = {"kind": "number", "required": True}
        if len(pumps) != 1:
            return self.input("quantity", words.QUANTITY, **more)
        unit = _named(words.UNITS, pumps[0]["unit"], self.language)
        return self.input("quantity", words.QUANTITY_IN, facts={"unit": unit}, **more)


_CURRENCIES: Final = tuple((each, each) for each in words.CURRENCIES)


def _named(texts: Mapping[str, Text], word: str, language: Language) -> str:
    return texts[word].into(language) if word in texts else word


@dataclass(frozen=True, slots=True)
class Read:
    """What a form says, as the service takes it; `wrong`: what it cannot be."""

    body: Mapping[str, Any]
    wrong: Mapping[str, Text]


def read_form(act: str, typed: Mapping[str, str], door: Mapping[str, Any]) -> Read:
    reading = _Reading({name: value.strip() for name, value in typed.items()})
    if act == "reading":
        reading.whole("mileage", required=True)
    elif act == "fill":
        reading.pump(door["pumps"])
        reading.number("quantity", required=True)
        reading.money()
        reading.whole("mileage")
        reading.body["full"] = bool(typed.get("full"))
        reading.plain("station")
    else:
        reading.plain("title", required=True)
        reading.plain("description")
        reading.plain("severity")
        reading.whole("mileage")
    reading.day()
    return Read(reading.body, reading.wrong)


class _Reading:
    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self.body: dict[str, Any] = {}
        self.wrong: dict[str, Text] = {}

    def _text(self, name: str, *, required: bool = False) -> str:
        text = self._typed.get(name, "")
        if required and not text:
            self.wrong[name] = words.MISSING
        return text

    def plain(self, name: str, *, required: bool = False) -> None:
        if text := self._text(name, required=required):
            self.body[name] = text

    def whole(self, name: str, *, required: bool = False) -> None:
        if text := self._text(name, required=required):
            try:
                self.body[name] = whole_number(text)
            except ValueError:
                self.wrong[name] = words.NOT_A_WHOLE_NUMBER

    def number(self, name: str, *, required: bool = False) -> str | None:
        if text := self._text(name, required=required):
            try:
                self.body[name] = decimal_number(text)
            except ValueError:
                self.wrong[name] = words.NOT_A_NUMBER
        return self.body.get(name)

    def money(self) -> None:
        amount = self.number("total")
        if amount is not None:
            whole, _, places = amount.partition(".")
            currency = self._text("currency") or words.CURRENCIES[0]
            self.body["total"] = {"amount": f"{whole}.{places:0<2}", "currency": currency}

    def pump(self, pumps: Sequence[Mapping[str, str]]) -> None:
        """The unit goes along: what the page said is what is meant."""
        energy, _, unit = self._text("energy").partition(":")
        if not energy and len(pumps) == 1:
            energy, unit = pumps[0]["energy"], pumps[0]["unit"]
        if energy:
            self.body["energy"] = energy
        if unit:
            self.body["unit"] = unit

    def day(self) -> None:
        if text := self._text("day"):
            try:
                self.body["day"] = date.fromisoformat(text).isoformat()
            except ValueError:
                self.wrong["day"] = words.NOT_A_DAY


def beside(wrong: Mapping[str, str], inputs: Sequence[Input]) -> dict[str, str]:
    """What the service found wrong, by the input that says it."""
    names = {each.name for each in inputs}
    found: dict[str, str] = {}
    for pointer, message in wrong.items():
        member = pointer.split("/")[1] if pointer.startswith("/") else pointer
        name = OF_POINTER.get(member, member)
        if name in names:
            found.setdefault(name, message)
    return found


def saved_lines(act: str, saved: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """What was written down, as it was understood."""
    unit = saved["distance_unit"]
    lines: list[tuple[Text, str | None]] = []
    if act == "fill":
        quantity = quantity_written(saved["quantity"], language)
        lines = [
            (words.ENERGY, _named(words.ENERGIES, saved["energy"], language)),
            (words.QUANTITY, f"{quantity}\u00a0{_named(words.UNITS, saved['unit'], language)}"),
            (words.TOTAL, _money(saved["total"], language)),
            (words.STATION_SAID, saved["station"]),
        ]
    elif act == "defect":
        lines = [
            (words.ACTS["defect"], saved["title"]),
            (words.DETAILS_SAID, saved["description"]),
            (words.SEVERITY, _named(words.TAKEN_AS, saved["severity"], language)),
        ]
    mileage = saved["mileage"]
    stands = None if mileage is None else f"{written(mileage, language)}\u00a0{unit}"
    lines += [
        (words.ODOMETER, stands),
        (words.DAY_SAID, day_written(date.fromisoformat(saved["day"]), language)),
    ]
    return [(label.into(language), value) for label, value in lines if value]


def _money(money: Mapping[str, str] | None, language: Language) -> str | None:
    return money_written(money["amount"], money["currency"], language) if money else None
