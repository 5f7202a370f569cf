"""Who hears of a message by which channel: the message's nature against the person's wishes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.notifications.domain.kinds import MAIL_ONLY, NATURES, Channel, Kind, Nature

_SWITCH_OF: dict[Nature, str] = {
    Nature.REMINDER: "maintenance_reminders",
    Nature.BILLING: "subscription_alerts",
}
"""The switch of auth's settings that silences a nature altogether."""
_MAIL_SWITCH = "email_notifications"

Choices = Mapping[str, Mapping[str, bool]]
"""Kind -> channel -> wanted; what is not said is wanted."""


@dataclass(frozen=True, slots=True)
class Wishes:
    switches: Mapping[str, bool] = field(default_factory=dict)
    choices: Choices = field(default_factory=dict)
    may_mail: bool = True
    """The address is verified and no mail server has refused it for good."""


def channels(kind: Kind, wishes: Wishes) -> frozenset[Channel]:
    nature = NATURES[kind]
    if nature in {Nature.SECRET, Nature.SECURITY, Nature.GREETING, Nature.OFFER}:
        return frozenset({Channel.MAIL} if kind in MAIL_ONLY else Channel)
    switch = _SWITCH_OF.get(nature)
    if switch and not wishes.switches.get(switch, True):
        return frozenset()
    return frozenset(channel for channel in Channel if _is_wanted(kind, channel, wishes))


def _is_wanted(kind: Kind, channel: Channel, wishes: Wishes) -> bool:
    if channel is Channel.MAIL and not (
        wishes.may_mail and wishes.switches.get(_MAIL_SWITCH, True)
    ):
        return False
    return wishes.choices.get(kind, {}).get(channel, True)
