"""Money: an integer of the currency's minor unit and its ISO 4217 code; never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.contracts.base import MoneyAmount

ZERO_DECIMALS = frozenset({"JPY", "KRW", "CLP", "XOF", "XAF", "XPF", "VND", "ISK"})
MAX_MINOR = 10**13


def exponent(currency: str) -> int:
    """Decimals of the minor unit (ISO 4217); three-decimal currencies are not offered."""
    return 0 if currency in ZERO_DECIMALS else 2


@dataclass(frozen=True, slots=True, order=True)
class Money:
    amount_minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | Decimal, currency: str) -> Self:
        """Raises ValueError for more decimals than the currency has, or what is no number."""
        try:
            scaled = Decimal(amount).scaleb(exponent(currency))
        except InvalidOperation as error:
            raise ValueError("not an amount") from error
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError("more decimals than the currency has")
        if abs(scaled) > MAX_MINOR:
            raise ValueError("amount out of range")
        return cls(int(scaled), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Self:
        scaled = amount.scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

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

    def on_the_wire(self) -> MoneyAmount:
        return MoneyAmount(amount_minor=self.amount_minor, currency=self.currency)


class MoneyBody(BaseModel):
    """Money as the public API writes it: `{"amount": "9.99", "currency": "EUR"}`."""

    model_config = ConfigDict(extra="forbid", strict=True, from_attributes=True)

    amount: Annotated[
        str,
        Field(pattern=r"^-?\d{1,11}(\.\d{1,2})?$", examples=["9.99"]),
        BeforeValidator(lambda value: f"{value:f}" if isinstance(value, Decimal) else value),
    ]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]

    @classmethod
    def of(cls, money: Money) -> Self:
        return cls(amount=money.text, currency=money.currency)

    def money(self) -> Money:
        """Raises ValueError when the currency has fewer decimals."""
        return Money.of(self.amount, self.currency)


class MoneyTotal(MoneyBody):
    """A sum: as wide as all its parts together."""

    amount: Annotated[
        str,
        Field(pattern=r"^-?\d{1,20}(\.\d{1,2})?$", examples=["1249.90"]),
        BeforeValidator(lambda value: f"{value:f}" if isinstance(value, Decimal) else value),
    ]


def _to_body(value: Any) -> Any:
    return MoneyBody.of(value) if isinstance(value, Money) else value


MoneyOut = Annotated[MoneyBody, BeforeValidator(_to_body)]
"""A field of an answer that accepts a Money."""
