"""A name a person recognises for what they signed in with, made from the User-Agent header."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.auth.domain.addresses import neighbourhood

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "Python"),
    ("okhttp", "Android app"),
    ("Dart", "Mobile app"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_label(user_agent: str | None) -> str:
    """`Firefox, Linux`; empty when nothing is known."""
    agent = user_agent or ""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a request comes from, as the gateway says."""

    ip: str
    user_agent: str
    actor_id: UUID | None = None
    """The administrator who acts in the person's name, if one does."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """The cookies by which earlier sign-ins made this device known."""

    @property
    def device(self) -> str:
        return device_label(self.user_agent)

    @property
    def network(self) -> str:
        return neighbourhood(self.ip)
