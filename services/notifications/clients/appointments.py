"""How a mail tells an appointment: the garage's clock first, the reader's own second."""

from datetime import datetime

from babel.dates import get_timezone_gmt
from jinja2 import pass_context
from jinja2.runtime import Context

from services.notifications.domain.booking_words import AT_THE_GARAGE, SOMEBODY, THE_GARAGE, WORDS
from shared.contracts.base import Language
from shared.local_day import local_day, zone_named
from shared.written_days import write_day

LOCALES = {Language.FR: "fr_FR", Language.EN: "en_GB", Language.ES: "es_ES"}
_SPACES = str.maketrans({"\u202f": "\u00a0"})


@pass_context
def booking(context: Context, part: str) -> str:
    """The `title` or the `sentence` of what happened."""
    words = WORDS[context["told"]]
    language: Language = context["reader"].language
    text = words.title if part == "title" else words.sentence
    said = text.into(
        language,
        garage=context["garage"] or THE_GARAGE.into(language),
        car=context["vehicle_name"],
        customer=context["customer"] or SOMEBODY.into(language),
    )
    return said[:1].upper() + said[1:]


@pass_context
def garage_time(context: Context, value: str | None, zone: str) -> str | None:
    """Plainly where the reader's clock shows the same; else it says whose time it is."""
    if value is None:
        return None
    if _is_same(context, value, zone):
        return _told(context, value, zone)
    language: Language = context["reader"].language
    return AT_THE_GARAGE.into(language, time=_told(context, value, zone, with_offset=True))


@pass_context
def garage_times(context: Context, values: list[str], zone: str) -> str | None:
    return " · ".join(_told(context, value, zone) for value in values) or None


@pass_context
def own_time(context: Context, value: str, zone: str) -> str | None:
    """Nothing where the reader's clock shows the same."""
    if _is_same(context, value, zone):
        return None
    return _told(context, value, context["reader"].timezone, with_offset=True)


def _is_same(context: Context, value: str, zone: str) -> bool:
    at, own = datetime.fromisoformat(value), zone_named(context["reader"].timezone)
    return at.astimezone(own).utcoffset() == at.astimezone(zone_named(zone)).utcoffset()


def _told(context: Context, value: str, zone: str, *, with_offset: bool = False) -> str:
    locale = LOCALES[context["reader"].language]
    at = datetime.fromisoformat(value)
    local = at.astimezone(zone_named(zone))
    written = f"{write_day(local_day(at, zone), 'full', locale)}, {local:%H:%M}"
    if with_offset:
        written += f" ({get_timezone_gmt(local, 'long', locale=locale)})"
    return written.translate(_SPACES)


FILTERS = {"garage_time": garage_time, "garage_times": garage_times, "own_time": own_time}
