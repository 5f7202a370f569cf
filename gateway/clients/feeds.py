"""What billing and auth tell the gateway when it asks: entitlements and ended sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from gateway.clients.internal import OK, InternalClient, Unheard
from gateway.domain.api_key import KnownKey
from gateway.domain.entitlement import Entitlement
from shared.contracts.base import Language
from shared.contracts.features import Feature, Limit, Plan
from shared.contracts.scopes import Scope

NOT_FOUND = 404


class EntitlementRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    user_id: UUID
    version: int
    plan: Plan
    features: tuple[Feature, ...]
    limits: dict[Limit, int | None]

    def entitlement(self) -> Entitlement:
        return Entitlement(
            user_id=self.user_id,
            version=self.version,
            plan=self.plan,
            features=frozenset(self.features),
            limits=self.limits,
        )


class RevocationRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    session_id: UUID
    until: AwareDatetime


class ZoneRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    account_id: UUID
    version: int
    timezone: str
    until: AwareDatetime


class ApiKeyRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    key_id: UUID
    user_id: UUID
    scopes: frozenset[str]
    """Those this version does not know open nothing."""
    roles: frozenset[str]
    language: Language
    timezone: str | None = None
    expires_at: AwareDatetime

    def key(self) -> KnownKey:
        return KnownKey(
            key_id=self.key_id,
            user_id=self.user_id,
            scopes=frozenset(scope for scope in Scope if scope.value in self.scopes),
            roles=self.roles,
            language=self.language,
            zone=self.timezone,
            expires_at=self.expires_at,
        )


@dataclass(frozen=True, slots=True)
class EntitlementNews:
    entitlements: Sequence[Entitlement]
    cursor: str | None
    more: bool
    """Whether the next page is already waiting."""


@dataclass(frozen=True, slots=True)
class RevocationNews:
    revocations: Sequence[RevocationRow]
    zones: Sequence[ZoneRow]
    cursor: str | None


_ENTITLEMENTS: TypeAdapter[list[EntitlementRow]] = TypeAdapter(list[EntitlementRow])
_REVOCATIONS: TypeAdapter[list[RevocationRow]] = TypeAdapter(list[RevocationRow])
_ZONES: TypeAdapter[list[ZoneRow]] = TypeAdapter(list[ZoneRow])


class Feeds:
    def __init__(self, client: InternalClient) -> None:
        self._client = client

    async def entitlements(self, since: str | None) -> EntitlementNews:
        """Everything that changed since the cursor; without one, everything. Raises Unheard."""
        document = await self._client.get_json("billing", _since("/internal/entitlements", since))
        rows = _read(_ENTITLEMENTS, document)
        return EntitlementNews(
            [row.entitlement() for row in rows], _cursor(document), bool(document.get("more"))
        )

    async def entitlement(self, user_id: UUID) -> Entitlement | None:
        """One person's; None for somebody billing does not know. Raises Unheard."""
        status, body = await self._client.get("billing", f"/internal/entitlements/{user_id}")
        if status == NOT_FOUND:
            return None
        if status != OK:
            raise Unheard(f"billing answered {status}")
        try:
            return EntitlementRow.model_validate_json(body).entitlement()
        except ValidationError as error:
            raise Unheard("billing answered something else") from error

    async def api_key(self, fingerprint: str) -> KnownKey | None:
        """The good key of this fingerprint; None for any other. Raises Unheard."""
        status, body = await self._client.get("auth", f"/internal/api-keys/{fingerprint}")
        if status == NOT_FOUND:
            return None
        if status != OK:
            raise Unheard(f"auth answered {status}")
        try:
            return ApiKeyRow.model_validate_json(body).key()
        except ValidationError as error:
            raise Unheard("auth answered something else") from error

    async def is_proven_lately(self, session_id: UUID) -> bool:
        """Whether its owner proved within the last minutes to be there. Raises Unheard."""
        document = await self._client.get_json("auth", f"/internal/sessions/{session_id}")
        if not isinstance(document, dict) or not isinstance(document.get("is_recent"), bool):
            raise Unheard("auth answered something else")
        return bool(document["is_recent"])

    async def revocations(self, since: str | None) -> RevocationNews:
        """Sessions ended and persons moved since the cursor; without one, all whose tokens may still live. Raises Unheard."""
        document = await self._client.get_json("auth", _since("/internal/revocations", since))
        rows = _read(_REVOCATIONS, document)
        moved = _read(_ZONES, {"results": document.get("zones", [])})
        return RevocationNews(rows, moved, _cursor(document))


def _since(path: str, cursor: str | None) -> str:
    return path if cursor is None else f"{path}?since={quote(cursor, safe='')}"


def _read(rows: TypeAdapter[Any], document: Any) -> Any:
    try:
        return rows.validate_python(document["results"])
    except (ValidationError, KeyError, TypeError) as error:
        raise Unheard("an answer of another shape") from error


def _cursor(document: Any) -> str | None:
    cursor = document.get("cursor")
    return None if cursor is None else str(cursor)
