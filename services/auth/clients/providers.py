"""Talks to OpenID Connect providers: discovery, keys, and the exchange of a code for an id_token.

What is asked rarely is remembered; an unknown key is looked for at most twice a minute; no answer is waited for longer than five
seconds nor read beyond a quarter of a megabyte; redirects are not followed.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
import orjson

from services.auth.domain.providers import Provider, is_safe
from services.auth.errors.factors import ProviderFailed
from shared.db.outside import outside
from shared.http.client import http_client
from shared.security.tokens import PublicKey, load_jwks

DISCOVERED_FOR_SECONDS = 3600.0
KEYS_FOR_SECONDS = 600.0
KEYS_AGAIN_SECONDS = 30.0
PATIENCE_SECONDS = 5.0
MOST_BYTES = 262_144
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Endpoints:
    authorization: str
    token: str
    keys: str
    takes_basic: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    id_token: str
    access_token: str | None


@dataclass(slots=True)
class _Known:
    """What is remembered of one provider."""

    endpoints: Endpoints | None = None
    discovered_at: float = float("-inf")
    keys: list[PublicKey] = field(default_factory=list)
    keys_at: float = float("-inf")
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Providers:
    def __init__(self, *, loopback_allowed: bool) -> None:
        self._loopback_allowed = loopback_allowed
        self._client: httpx2.AsyncClient | None = None
        self._known: dict[str, _Known] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Connections live as long as the app."""
        async with http_client("", timeout=PATIENCE_SECONDS, connect=2.0) as self._client:
            yield
        self._client = None

    @outside
    async def endpoints(self, provider: Provider) -> Endpoints:
        """Raises ProviderFailed."""
        known = self._of(provider)
        async with known.asking:
            fresh = time.monotonic() - known.discovered_at < DISCOVERED_FOR_SECONDS
            if known.endpoints is None or not fresh:
                known.endpoints = await self._discover(provider)
                known.discovered_at = time.monotonic()
            return known.endpoints

    @outside
    async def keys(self, provider: Provider, kid: str | None) -> list[PublicKey]:
        """The provider's keys, asked for again when they are old or `kid` is not among them. Raises ProviderFailed."""
        endpoints = await self.endpoints(provider)
        known = self._of(provider)
        async with known.asking:
            age = time.monotonic() - known.keys_at
            missing = kid is not None and kid not in {key.kid for key in known.keys}
            if age > KEYS_FOR_SECONDS or (missing and age > KEYS_AGAIN_SECONDS):
                known.keys = load_jwks(await self._json("GET", endpoints.keys))
                known.keys_at = time.monotonic()
            return known.keys

    @outside
    async def exchange(
        self, provider: Provider, *, code: str, verifier: str, redirect_uri: str
    ) -> Tokens:
        """Raises ProviderFailed."""
        endpoints = await self.endpoints(provider)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": provider.client_id,
        }
        secret, auth = provider.client_secret.get_secret_value(), None
        if secret and endpoints.takes_basic:
            auth = httpx2.BasicAuth(*(_quoted(one) for one in (provider.client_id, secret)))
        elif secret:
            form["client_secret"] = secret
        said = await self._json("POST", endpoints.token, form=form, auth=auth)
        id_token, access = said.get("id_token"), said.get("access_token")
        if not isinstance(id_token, str):
            raise ProviderFailed
        return Tokens(id_token, access if isinstance(access, str) else None)

    def _of(self, provider: Provider) -> _Known:
        return self._known.setdefault(provider.name, _Known())

    async def _discover(self, provider: Provider) -> Endpoints:
        """The document must be about the issuer it was asked of, and send nobody over an open line."""
        said = await self._json("GET", provider.issuer.rstrip("/") + _DISCOVERY)
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        urls = [said.get(name) for name in names]
        if said.get("issuer") != provider.issuer or not all(map(self._may_ask, urls)):
            raise ProviderFailed
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        authorization, token, keys = map(str, urls)
        return Endpoints(authorization, token, keys, "client_secret_basic" in methods)

    def _may_ask(self, url: Any) -> bool:
        return isinstance(url, str) and is_safe(url, loopback_allowed=self._loopback_allowed)

    async def _json(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        auth: httpx2.BasicAuth | None = None,
    ) -> dict[str, Any]:
        if self._client is None or not self._may_ask(url):
            raise ProviderFailed
        headers = {"Accept": "application/json"}
        content = urlencode(form).encode() if form is not None else None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        request = self._client.build_request(method, url, content=content, headers=headers)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                response = await self._client.send(request, stream=True, auth=auth)
                try:
                    body = await _read(response)
                finally:
                    await response.aclose()
            found = orjson.loads(body)
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            raise ProviderFailed from error
        if response.status_code != httpx2.codes.OK or not isinstance(found, dict):
            raise ProviderFailed
        return found


async def _read(response: httpx2.Response) -> bytes:
    """Raises ValueError for more than anybody needs to say."""
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise ValueError("too long")
    return body


def _quoted(text: str) -> str:
    """RFC 6749, 2.3.1: credentials are form-encoded before they become a header."""
    return urlencode({"": text})[1:]
