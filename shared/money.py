"""Money: an integer of the currency's minor unit and its ISO 4217 code; never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shared.contracts.base import MoneyAmount

USUAL_DECIMALS: Final = 2
DECIMALS: Final = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
         "VUV", "XAF", "XOF", "XPF"), 0
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
"""Currencies whose minor unit is not a hundredth: ISO 4217, list one (SIX Financial Information, the standard's maintenance agency,
as of 2026-01-01). Not those of the CLDR, which tell how amounts are usually shown (it gives the Iraqi dinar no decimals).
"""
MOST: Final = Decimal(10) ** 11
"""One amount is less, in any currency; a sum may be more."""
_EXACT: Final = Context(prec=60)
"""Room for every sum: the usual 28 digits would round what is wider."""


def exponent(currency: str) -> int:
    """Decimals of the minor unit (ISO 4217). A code that the list does not have, as a currency that is no more, has two."""
    return DECIMALS.get(currency, USUAL_DECIMALS)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    amount_minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | Decimal, currency: str) -> Self:
        """Raises ValueError for more decimals than the currency has, for a hundred thousand million, and for what is no number."""
        try:
            said = Decimal(amount)
        except InvalidOperation as error:
            raise ValueError("not an amount") from error
        if not said.is_finite() or abs(said) >= MOST:
            raise ValueError("amount out of range")
        return cls(_whole(said, currency), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Self:
        """Half a minor unit goes away from zero, as the tax office rounds."""
        scaled = amount.scaleb(exponent(currency), _EXACT)
        return cls(int(scaled.quantize(Decimal(1), ROUND_HALF_UP, _EXACT)), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency), _EXACT)

    @property
    def text(self) -> str:
        """The amount as it is written, with all its decimals."""
        places = exponent(self.currency)
        if not places:
            return str(self.amount_minor)
        sign, digits = "-" if self.amount_minor < 0 else "", str(abs(self.amount_minor))
        digits = digits.zfill(places + 1)
        return f"{sign}{digits[:-places]}.{digits[-places:]}"

    def _same(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def on_the_wire(self) -> MoneyAmount:
        return MoneyAmount(amount_minor=self.amount_minor, currency=self.currency)


def _whole(amount: Decimal, currency: str) -> int:
    """In minor units. Raises ValueError for more decimals than the currency has."""
    scaled = amount.scaleb(exponent(currency), _EXACT)
    if scaled != scaled.to_integral_value():
        raise ValueError("more decimals than the currency has")
    return int(scaled)


_written = BeforeValidator(lambda value: f"{value:f}" if isinstance(value, Decimal) else value)


class MoneyBody(BaseModel):
    """Money as the public API writes it: `{"amount": "9.99", "currency": "EUR"}`, with at most as many decimals as the currency
    has (ISO 4217: `"500"` JPY, `"85.750"` TND); an answer has all of them.
    """

    model_config = ConfigDict(extra="forbid", strict=True, from_attributes=True)

    amount: Annotated[
        str, Field(pattern=r"^-?[0-9]{1,11}(\.[0-9]{1,4})?$", examples=["9.99"]), _written
    ]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]

    @model_validator(mode="after")
    def _has_the_decimals_of_its_currency(self) -> Self:
        _whole(Decimal(self.amount), self.currency)
        return self

    @classmethod
    def of(cls, money: Money) -> Self:
        return cls(amount=money.text, currency=money.currency)

    def money(self) -> Money:
        return Money.of(self.amount, self.currency)


class MoneyTotal(MoneyBody):
    """A sum: as wide as all its parts together."""

    amount: Annotated[
        str, Field(pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,4})?$", examples=["1249.90"]), _written
    ]


def _to_body(value: Any) -> Any:
    return MoneyBody.of(value) if isinstance(value, Money) else value


MoneyOut = Annotated[MoneyBody, BeforeValidator(_to_body)]
"""A field of an answer that accepts a Money."""
