import json
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field

from services.auth.api.dependencies import ChosenLanguage, InWork
from services.auth.domain.preferences import (
    CURRENCIES,
    MAX_CUSTOM_BYTES,
    MAX_CUSTOM_DEPTH,
    Theme,
    Units,
)
from services.auth.storage.models import Account
from services.auth.usecases.account import account_of
from services.auth.usecases.preferences import DEFAULTS, edit_preferences, reset_preferences
from shared.contracts.base import Language
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, FreeObject, Moment, RequestModel, ZoneName
from shared.http.router import Router

router = Router(prefix="/api/settings", tags=["settings"])


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("not a currency AutoTrack knows")
    return code


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _small(value: dict[str, Any]) -> dict[str, Any]:
    if _depth(value) > MAX_CUSTOM_DEPTH:
        raise ValueError("nested too deeply")
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))  # any number, unlike orjson
    if len(text.encode()) > MAX_CUSTOM_BYTES:
        raise ValueError("too large")
    return value


Currency = Annotated[str, AfterValidator(_currency), Field(examples=["EUR"])]
Custom = Annotated[FreeObject, AfterValidator(_small)]
ChosenTheme = Annotated[Theme, Field(strict=False)]
ChosenUnits = Annotated[Units, Field(strict=False)]


class PreferencesOut(AnswerModel):
    language: Language
    theme: Theme
    timezone: str
    units: Units
    currency: str
    email_notifications: bool
    push_notifications: bool
    maintenance_reminders: bool
    subscription_alerts: bool
    profile_public: bool
    custom_settings: dict[str, Any]
    updated_at: Moment

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls.model_validate(
            {
                "language": Language(account.language),
                "theme": Theme(account.theme),
                "timezone": account.timezone,
                "units": Units(account.units),
                "currency": account.currency,
                "custom_settings": account.custom_settings,
                "updated_at": account.updated_at,
                **account.switches,
            }
        )


class PreferencesReplacement(RequestModel):
    """What is left out returns to its default."""

    language: ChosenLanguage = Language.FR
    theme: ChosenTheme = Theme.SYSTEM
    timezone: ZoneName = DEFAULTS["timezone"]
    units: ChosenUnits = Units.METRIC
    currency: Currency = DEFAULTS["currency"]
    email_notifications: bool = DEFAULTS["email_notifications"]
    push_notifications: bool = DEFAULTS["push_notifications"]
    maintenance_reminders: bool = DEFAULTS["maintenance_reminders"]
    subscription_alerts: bool = DEFAULTS["subscription_alerts"]
    profile_public: bool = DEFAULTS["profile_public"]
    custom_settings: Custom = Field(default_factory=dict)


class PreferencesEdit(RequestModel):
    language: ChosenLanguage | None = None
    theme: ChosenTheme | None = None
    timezone: ZoneName | None = None
    units: ChosenUnits | None = None
    currency: Currency | None = None
    email_notifications: bool | None = None
    push_notifications: bool | None = None
    maintenance_reminders: bool | None = None
    subscription_alerts: bool | None = None
    profile_public: bool | None = None
    custom_settings: Custom | None = None


@router.get("/me")
async def read_preferences(work: InWork, caller: CurrentCaller) -> PreferencesOut:
    return PreferencesOut.of(await account_of(work, caller.user))


async def replace_preferences(
    body: PreferencesReplacement, work: InWork, caller: CurrentCaller
) -> PreferencesOut:
    changes = body.model_dump()
    return PreferencesOut.of(await edit_preferences(work, account_id=caller.user, changes=changes))


async def edit(body: PreferencesEdit, work: InWork, caller: CurrentCaller) -> PreferencesOut:
    changes = body.model_dump(exclude_none=True)
    return PreferencesOut.of(await edit_preferences(work, account_id=caller.user, changes=changes))


for path, suffix in (("/me", ""), ("/update_me", "_old_name")):
    router.add_api_route(
        path, replace_preferences, methods=["PUT"], name=f"replace_preferences{suffix}"
    )
    router.add_api_route(path, edit, methods=["PATCH"], name=f"edit_preferences{suffix}")


@router.post("/reset")
async def restore_preferences(work: InWork, caller: CurrentCaller) -> PreferencesOut:
    """Back to the defaults."""
    return PreferencesOut.of(await reset_preferences(work, account_id=caller.user))
