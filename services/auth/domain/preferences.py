"""What a person may prefer, and what they get before they say so."""

from enum import StrEnum

from shared.contracts.base import Language
from shared.local_day import DEFAULT_ZONE


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class Units(StrEnum):
    METRIC = "metric"
    IMPERIAL = "imperial"

    @property
    def distance(self) -> str:
        return "km" if self is Units.METRIC else "mi"


class Switch(StrEnum):
    """Each is obeyed by the service it names; they travel in AccountChanged."""

    EMAIL_NOTIFICATIONS = "email_notifications"
    PUSH_NOTIFICATIONS = "push_notifications"
    MAINTENANCE_REMINDERS = "maintenance_reminders"
    SUBSCRIPTION_ALERTS = "subscription_alerts"
    PROFILE_PUBLIC = "profile_public"


DEFAULT_SWITCHES = {switch.value: switch is not Switch.PROFILE_PUBLIC for switch in Switch}
DEFAULT_TIMEZONE = DEFAULT_ZONE
DEFAULT_CURRENCY = "EUR"
DEFAULT_LANGUAGE = Language.FR
CURRENCIES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "CAD",
        "AUD",
        "NZD",
        "SEK",
        "NOK",
        "DKK",
        "ISK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "TRY",
        "MAD",
        "TND",
        "DZD",
        "XOF",
        "XAF",
        "JPY",
        "CNY",
        "INR",
        "BRL",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "PEN",
        "UYU",
        "ZAR",
        "AED",
        "SAR",
        "ILS",
        "UAH",
        "RSD",
    ]
)
MAX_CUSTOM_BYTES = 16_384
MAX_CUSTOM_DEPTH = 8
