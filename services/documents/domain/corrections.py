"""What an owner may type into a field: the same forms in which the reader gives its values."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from services.documents.domain.amounts import money_text
from services.documents.domain.identifiers import clean_vin
from services.documents.domain.text import squeeze

_DAYS = frozenset(
    [
        "date",
        "due_date",
        "issue_date",
        "expiry_date",
        "valid_from",
        "first_registration_date",
        "next_inspection_date",
        "next_due_date",
    ]
)
_AMOUNTS = frozenset(["total", "total_net", "tax", "amount_due"])
_COUNTS = {
    "mileage": 2_000_000,
    "next_due_mileage": 2_000_000,
    "power_kw": 2_000,
    "fiscal_power": 200,
    "co2": 2_000,
    "seats": 100,
}
_CHOICES = {
    "mileage_unit": {"km", "mi"},
    "result": {"pass", "fail"},
    "subtype": {"invoice", "credit_note"},
}
_LARGEST = Decimal(10_000_000)
_LONGEST = 200


def clean(field: str, text: str) -> str | None:  # noqa: PLR0911 -- one answer per kind of field
    """The value in its stored form, or None when it is none of its kind."""
    value = " ".join(text.split())
    if not value or len(value) > _LONGEST or not value.isprintable():
        return None
    if field in _DAYS:
        return _day(value)
    if field in _AMOUNTS:
        return _amount(value)
    if field in _COUNTS:
        return (
            str(int(value))
            if re.fullmatch(r"[0-9]{1,7}", value) and int(value) <= _COUNTS[field]
            else None
        )
    if field in _CHOICES:
        return value if value in _CHOICES[field] else None
    if field == "currency":
        return value if re.fullmatch(r"[A-Z]{3}", value) else None
    if field == "vin":
        return clean_vin(value)
    if field == "plate":
        return value.upper() if 2 <= len(squeeze(value)) <= 12 else None  # noqa: PLR2004 -- the shortest and longest of Europe
    return value


def _day(value: str) -> str | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day.isoformat() if 1900 <= day.year <= 2100 else None  # noqa: PLR2004 -- no paper is older or from so far ahead


def _amount(value: str) -> str | None:
    if not re.fullmatch(r"-?[0-9]{1,8}(\.[0-9]{1,4})?", value):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return money_text(amount) if abs(amount) < _LARGEST else None
