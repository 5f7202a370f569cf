"""Templates, language and the person's own time and money formats make a message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import css_inline
from babel import Locale
from babel.dates import get_timezone_gmt
from babel.numbers import NumberPattern, format_currency, format_decimal, parse_pattern
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from services.notifications.clients import appointments
from services.notifications.domain import words
from services.notifications.domain.kinds import CHOOSABLE, NATURES, Kind, Nature
from services.notifications.domain.message import SUBJECT_LENGTH, Message, one_line
from shared.contracts.base import Language
from shared.local_day import zone_named
from shared.money import exponent
from shared.written_days import write_day

TEMPLATES = Path(__file__).parents[1] / "templates"
_LOCALES = {Language.FR: "fr_FR", Language.EN: "en_GB", Language.ES: "es_ES"}
_METRES = {"km": 1000.0, "mi": 1609.344}
_SIZES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
_TEN = 10
_HIGH_MARKS = re.compile(r"(?<=\S) (?=[:;!?»])|(?<=«) ")
_GAPS = re.compile(r"\n{3,}")
_SPACES = str.maketrans({"\u202f": "\u00a0"})
"""Babel's narrow no-break space is a box in some mail clients; the ordinary one is not."""
_SOMETIMES = (
    "device",
    "place",
    "ip",
    "new_email",
    "reason",
    "revert_until",
    "passkey",
    "provider",
    "key_name",
    "minutes",
)
"""Facts that an event may leave out: the templates ask whether they are there."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a message is written."""

    language: Language
    timezone: str
    name: str = ""
    distance_unit: str | None = None
    """In which they read distances; nothing said, a car's own."""


class Renderer(Protocol):
    def render(self, kind: Kind, reader: Reader, facts: Mapping[str, Any]) -> Message: ...

    def summarise(self, kind: Kind, reader: Reader, facts: Mapping[str, Any]) -> tuple[str, str]:
        """Title and one sentence, for the inbox."""


class TemplateRenderer:
    def __init__(self, preferences_url: str | None) -> None:
        self._preferences_url = preferences_url
        self._inline = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(FILTERS)
        self._environment.filters.update(appointments.FILTERS)
        self._environment.globals.update(between=between, price=price, booking=appointments.booking)

    def render(self, kind: Kind, reader: Reader, facts: Mapping[str, Any]) -> Message:
        values = self._values(kind, reader, facts)
        plain = self._environment.get_template(f"{reader.language}/{kind}.txt")
        subject = _line(_block(plain, "subject", values), SUBJECT_LENGTH, reader)
        summary = _line(_block(plain, "summary", values), 300, reader)
        values |= {"subject": subject, "summary": summary}
        pretty = self._environment.get_template(f"{reader.language}/{kind}.html")
        html = self._inline.inline(pretty.render(values))
        return Message(subject, summary, _tidy(_block(plain, "body", values)), html)

    def summarise(self, kind: Kind, reader: Reader, facts: Mapping[str, Any]) -> tuple[str, str]:
        values = self._values(kind, reader, facts)
        plain = self._environment.get_template(f"{reader.language}/{kind}.txt")
        title = _line(_block(plain, "subject", values), SUBJECT_LENGTH, reader)
        return title, _line(_block(plain, "summary", values), 300, reader)

    def _values(self, kind: Kind, reader: Reader, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **dict.fromkeys(_SOMETIMES),
            "url": None,
            "title": _title(facts, reader.language),
            **facts,
            "name": reader.name,
            "language": reader.language.value,
            "reader": reader,
            "preferences_url": self._preferences_url,
            "choosable": kind in CHOOSABLE,
            "security": NATURES[kind] is Nature.SECURITY,
        }


def _line(words: str, at_most: int, reader: Reader) -> str:
    """French sets a space before its high marks, and it must not break there; `one_line` made it a plain one."""
    line = one_line(words, at_most=at_most)
    return _HIGH_MARKS.sub("\u00a0", line) if reader.language is Language.FR else line


def _title(facts: Mapping[str, Any], language: Language) -> str | None:
    titles = facts.get("titles") or {}
    return titles.get(language.value) or next(iter(titles.values()), None)


def _block(template: Template, name: str, values: Mapping[str, Any]) -> str:
    context = template.new_context(dict(values))
    # A block of a template that extends another is found in the chain the root has built.
    for _ in template.root_render_func(context):
        pass
    return "".join(context.blocks[name][0](context))


def _tidy(text: str) -> str:
    lines = (line.rstrip() if line != "-- " else line for line in text.splitlines())
    return _GAPS.sub("\n\n", "\n".join(lines)).strip() + "\n"


def _reader(context: Context) -> Reader:
    reader: Reader = context["reader"]
    return reader


def _plain(words: str) -> str:
    return words.translate(_SPACES)


@pass_context
def day(context: Context, value: str | None) -> str | None:
    """`2027-03-01` as people write it."""
    if value is None:
        return None
    return _plain(write_day(date.fromisoformat(value), "long", _LOCALES[_reader(context).language]))


@pass_context
def date_of(context: Context, value: str | None) -> str | None:
    """The date a moment falls on where the person lives."""
    if value is None:
        return None
    reader = _reader(context)
    local = datetime.fromisoformat(value).astimezone(zone_named(reader.timezone))
    return _plain(write_day(local.date(), "long", _LOCALES[reader.language]))


@pass_context
def moment(context: Context, value: str | None) -> str | None:
    if value is None:
        return None
    reader = _reader(context)
    locale = _LOCALES[reader.language]
    local = datetime.fromisoformat(value).astimezone(zone_named(reader.timezone))
    written = write_day(local.date(), "long", locale)
    offset = get_timezone_gmt(local, "long", locale=locale)
    return _plain(f"{written}, {local:%H:%M} ({offset})")


@pass_context
def money(context: Context, value: Mapping[str, Any] | None) -> str | None:
    if value is None:
        return None
    currency, locale = value["currency"], _LOCALES[_reader(context).language]
    places = exponent(currency)
    amount = Decimal(value["amount_minor"]).scaleb(-places)
    form = _money_form(locale, places)
    return _plain(
        format_currency(amount, currency, format=form, locale=locale, currency_digits=False)
    )


@cache
def _money_form(locale: str, places: int) -> NumberPattern:
    """As the language writes money, with all decimals of the currency: the CLDR gives some, like the Iraqi dinar, none."""
    form = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
    form.frac_prec = (places, places)
    return form


@pass_context
def distance(context: Context, metres: int | None, unit: str) -> str | None:
    if metres is None:
        return None
    unit = _reader(context).distance_unit or unit
    number = round(metres / _METRES.get(unit, _METRES["km"]))
    written = format_decimal(number, locale=_LOCALES[_reader(context).language])
    return _plain(f"{written}\u00a0{unit if unit in _METRES else 'km'}")


@pass_context
def hours(context: Context, minutes: int) -> str:
    """As a meter of hours shows it."""
    locale = _LOCALES[_reader(context).language]
    return _plain(f"{format_decimal(round(minutes / 60, 1), locale=locale)}\u00a0h")


@pass_context
def size(context: Context, number: int) -> str:
    """Of a file: one figure is enough to know whether the telephone should fetch it."""
    locale = _LOCALES[_reader(context).language]
    amount, unit = next(
        ((number / step, name) for step, name in _SIZES if number >= step), (number / 1e3, "kB")
    )
    written = format_decimal(max(round(amount, 1 if amount < _TEN else 0), 0.1), locale=locale)
    unit = unit.replace("B", "o") if locale.startswith("fr") else unit
    return _plain(f"{written}\u00a0{unit}")


@pass_context
def between(context: Context, first: str | None, last: str | None) -> str | None:
    if first is None or last is None or first == last:
        return None
    language = _reader(context).language
    return words.BETWEEN.into(language, first=day(context, first), last=day(context, last))


@pass_context
def price(context: Context, amount: Mapping[str, Any] | None, interval: str | None) -> str | None:
    written = money(context, amount)
    if written is None or interval not in words.INTERVALS:
        return written
    return words.INTERVALS[interval].into(_reader(context).language, price=written)


@pass_context
def plan_words(context: Context, plan: str) -> str:
    return words.PLANS[plan].into(_reader(context).language)


@pass_context
def document_words(context: Context, document_type: str) -> str:
    return words.DOCUMENTS[document_type].into(_reader(context).language)


@pass_context
def severity_words(context: Context, severity: str) -> str:
    return words.SEVERITIES[severity].into(_reader(context).language)


@pass_context
def role_words(context: Context, role: str | None) -> str | None:
    return words.ROLES[role].into(_reader(context).language) if role else None


@pass_context
def missing_words(context: Context, names: list[str]) -> str:
    language = _reader(context).language
    said = [words.MISSING.get(name, words.DETAILS).into(language) for name in names]
    return ", ".join(dict.fromkeys(said))


def lower_first(sentence: str) -> str:
    """`Vidange` in the middle of a sentence; `ABS` stays `ABS`."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


FILTERS = {
    "day": day,
    "date_of": date_of,
    "moment": moment,
    "money": money,
    "distance": distance,
    "hours": hours,
    "size": size,
    "plan_words": plan_words,
    "document_words": document_words,
    "missing_words": missing_words,
    "role_words": role_words,
    "severity_words": severity_words,
    "lower_first": lower_first,
}
