"""Numbers as people's programs write them, and how a whole file's columns say which mark is the decimal one.

A cell alone may be read two ways (`1,234`); a column seldom. Where all of it can, nobody guesses: it is asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from unicodedata import category

POINT, COMMA = ".", ","
MARKS: Final = (POINT, COMMA)
SAMPLES: Final = 3
LONGEST: Final = 60
WIDEST: Final = 15
"""Digits before the mark of a number that means something here."""
GROUP: Final = 3
GROUPERS: Final = "'’`\\s\u00a0\u202f\u2009"
CURRENCIES: Final[Mapping[str, str]] = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₩": "KRW", "₪": "ILS",
    "฿": "THB", "₫": "VND", "₱": "PHP", "₦": "NGN", "₸": "KZT", "zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "лв": "BGN",
    "лв.": "BGN", "kn": "HRK", "r$": "BRL", "us$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD",
    "s$": "SGD", "mx$": "MXN", "nt$": "TWD", "chf": "CHF", "fr.": "CHF", "rs": "INR", "rs.": "INR", "rm": "MYR", "rp": "IDR",
    "руб": "RUB", "руб.": "RUB", "р.": "RUB", "грн": "UAH", "грн.": "UAH", "tl": "TRY",
    "kr": "", "kr.": "", "¤": "", "din": "", "din.": "", "р": "RUB", "eur": "EUR", "euro": "EUR",
    "r": "ZAR", "s/": "PEN", "s/.": "PEN", "rd$": "DOP", "ksh": "KES", "tsh": "TZS", "ush": "UGX", "tk": "BDT", "q": "GTQ",
    "b/.": "PAB", "bs": "", "bs.": "", "gs.": "PYG", "gs": "PYG", "l.": "HNL", "j$": "JMD", "tt$": "TTD", "ден": "MKD",
    "ден.": "MKD", "дин": "RSD", "дин.": "RSD", "lekë": "ALL", "leke": "ALL", "leu": "", "br": "", "fcfa": "", "cfa": "", "f": "",
    "dh": "MAD", "д.": "", "сом": "", "сўм": "UZS", "soʻm": "UZS", "so'm": "UZS", "тг": "KZT", "тг.": "KZT", "د.إ": "AED",
    "د.إ.": "AED", "ر.س": "SAR", "ر.س.": "SAR", "د.م.": "MAD", "ج.م.": "EGP", "ريال": "", "rial": "", "£e": "EGP", "le": "", "kč.": "CZK",
    "zł.": "PLN", "pln": "PLN", "nkr": "NOK", "skr": "SEK", "sek": "SEK", "dkr": "DKK", "km.": "BAM", "元": "CNY", "円": "JPY",
    "원": "KRW",
}  # fmt: skip
"""What stands beside an amount, and the currency it is a hint of; empty for signs of several."""
CERTAIN: Final = frozenset({"€", "eur", "euro", "zł", "kč", "₽", "₴", "₺", "r$"})
"""Signs that are one currency's alone."""
UNITS: Final = frozenset(
    {"km", "mi", "mile", "miles", "l", "lt", "ltr", "gal", "kwh", "kg", "h", "hrs", "м", "км", "л"}
)
ISO: Final = re.compile(r"[A-Z]{3}")
CORE: Final = re.compile(
    rf"(?P<digits>[0-9](?:[0-9{GROUPERS}.,]*[0-9])?[.,]?|[.,][0-9]+)(?P<power>[eE][+-]?[0-9]{{1,2}})?"
)
WHOLE: Final = {
    mark: re.compile(
        rf"(?:(?P<plain>[0-9]*)|(?P<grouped>[0-9]{{1,3}}(?:(?P<by>[{GROUPERS}{other}])[0-9]{{3}}(?:(?P=by)[0-9]{{3}})*))"
        rf"|(?P<lakh>[0-9]{{1,2}}(?:{re.escape(other)}[0-9]{{2}})+{re.escape(other)}[0-9]{{3}}))"
        rf"(?:{re.escape(mark)}(?P<rest>[0-9]*))?"
    )
    for mark, other in ((POINT, COMMA), (COMMA, POINT))
}
PLAIN: Final = {
    POINT: re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,30})?"),
    COMMA: re.compile(r"-?[0-9]{1,15}(?:,[0-9]{1,30})?"),
}
"""As most cells are."""
ONE_MARK: Final = re.compile(r"-?(?P<before>[0-9]+)(?P<mark>[.,])(?P<after>[0-9]+)")
TURNS: Final = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Of direction: they are not seen."""
SIGN: Final = "Sc"
LONGEST_SIGN: Final = 4
MINUS: Final = "-−–"


@dataclass(frozen=True, slots=True)
class Written:
    """A cell taken apart: its sign, its digits with all their marks, what stands around them."""

    is_negative: bool
    digits: str
    power: str
    around: str

    @classmethod
    def of(cls, cell: str) -> "Written | None":
        """None for what is no number whichever way it is read."""
        text = TURNS.sub("", cell).strip()
        found = CORE.search(text) if len(text) <= LONGEST else None
        if found is None:
            return None
        before, after = text[: found.start()].strip(), text[found.end() :].strip()
        digits = found["digits"]
        if digits[0] in MARKS and before[-1:].isalpha():
            before, digits = before + digits[0], digits[1:]
        if (before == "(" and after == ")") or (before[:1] == "(" and after[-1:] == ")"):
            before, after, negative = before[1:].strip(), after[:-1].strip(), True
        else:
            before, after, negative = _signed(before, after)
        around = before or after
        if (before and after) or not _may_stand(around):
            return None
        return cls(negative, digits, found["power"] or "", around)


def _signed(before: str, after: str) -> tuple[str, str, bool]:
    negative = False
    for sign in (*MINUS, "+"):
        for at_start in (True, False):
            stripped = before.removeprefix(sign) if at_start else before.removesuffix(sign)
            if stripped != before:
                return stripped.strip(), after, sign != "+"
    for sign in MINUS:
        if after.startswith(sign) or after.endswith(sign):
            return before, after.strip(sign + " \u00a0"), True
    return before, after, negative


def _may_stand(around: str) -> bool:
    word = around.lower()
    if not word or word in CURRENCIES or word in UNITS or ISO.fullmatch(around):
        return True
    return len(word) <= LONGEST_SIGN and any(category(each) == SIGN for each in word)


def decimal_of(cell: str, mark: str) -> Decimal:
    """Raises ValueError for what is no number under this decimal mark."""
    if PLAIN[mark].fullmatch(cell):
        value = Decimal(cell.replace(COMMA, POINT))
        return value or abs(value)
    written = Written.of(cell)
    found = WHOLE[mark].fullmatch(written.digits) if written else None
    if written is None or found is None:
        raise ValueError("not a number")
    whole = re.sub(r"[^0-9]", "", found["plain"] or found["grouped"] or found["lakh"] or "")
    rest = found["rest"] or ""
    if not whole + rest or len(whole.lstrip("0")) > WIDEST:
        raise ValueError("not a number")
    value = Decimal(f"{whole or 0}.{rest}{written.power}" if rest else f"{whole}{written.power}")
    if value and abs(value.adjusted()) >= WIDEST:
        raise ValueError("too wide")
    return -value if written.is_negative and value else value


def hint_of(cell: str) -> tuple[str, bool]:
    """The currency that the sign beside an amount hints at, and whether it can be no other."""
    written = Written.of(cell)
    word = written.around.lower() if written else ""
    if written and ISO.fullmatch(written.around) and word not in UNITS:
        return written.around, True
    return CURRENCIES.get(word, ""), word in CERTAIN


@dataclass(slots=True)
class MarksSeen:
    """What the cells of all number columns say together. It keeps counts, never cells beyond a few samples."""

    sure: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MARKS, 0))
    unsure: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MARKS, 0))
    """By the only mark that they hold."""
    samples: list[str] = field(default_factory=list)

    def see(self, cell: str) -> None:
        if POINT not in cell and COMMA not in cell:
            return
        if simple := ONE_MARK.fullmatch(cell):
            mark, is_sure = simple["mark"], not _is_group(simple["before"], simple["after"])
        else:
            written = Written.of(cell)
            mark, is_sure = _says(written.digits) if written else ("", False)
        if not mark:
            return
        (self.sure if is_sure else self.unsure)[mark] += 1
        if not is_sure and len(self.samples) < SAMPLES:
            self.samples.append(cell.strip())

    @property
    def decided(self) -> str | None:
        """None: nothing decides, or things contradict each other."""
        found = [mark for mark in MARKS if self.sure[mark]]
        return found[0] if len(found) == 1 else None

    @property
    def likely(self) -> str | None:
        counts = self.sure if any(self.sure.values()) else self.unsure
        found = max(MARKS, key=lambda mark: counts[mark])
        return found if counts[found] else None

    @property
    def is_silent(self) -> bool:
        return not any(self.sure.values()) and not any(self.unsure.values())

    @property
    def contradicts(self) -> bool:
        return all(self.sure.values())


def _says(digits: str) -> tuple[str, bool]:
    """The decimal mark that it shows, and whether it surely is; for an unsure one, the only mark it holds."""
    points, commas = digits.count(POINT), digits.count(COMMA)
    if points and commas:
        last = max(MARKS, key=digits.rfind)
        return (last, True) if digits.count(last) == 1 else ("", False)
    mark = POINT if points else COMMA
    other = COMMA if points else POINT
    if not points and not commas:
        return "", False
    if points + commas > 1:
        return (other, True) if WHOLE[other].fullmatch(digits) else ("", False)
    before, after = digits.split(mark)
    return mark, not _is_group(before, after)


def _is_group(before: str, after: str) -> bool:
    """Whether the mark between them may be one of grouping."""
    return len(after) == GROUP and 1 <= len(before) <= GROUP and not before.startswith("0")
