"""Calls a service as somebody: with the internal token the gateway would have minted."""

from collections.abc import Callable, Generator, Iterable
from time import monotonic
from typing import Any
from uuid import UUID, uuid5

import httpx2

from shared.contracts.base import Language
from shared.contracts.features import ALLOWS, OPENS, Plan
from shared.http.exchange import EXCHANGE_HEADER, IDENTITY_HEADER, bind
from shared.http.identity import ADMIN_ROLE, LIFETIME_SECONDS, SERVICE_ROLE, Caller, mint
from shared.ids import new_id
from shared.security.tokens import PrivateKey
from shared.testing.statements import CountingTransport

PEOPLE = UUID("01900000-0000-7000-8000-000000000000")


FRESH_SECONDS = LIFETIME_SECONDS / 3


class AsGateway(httpx2.Auth):
    """Names a caller in each request, as the gateway does; a token is minted anew before it ends, however long a test takes."""

    def __init__(self, mint_token: Callable[[], str]) -> None:
        self._mint = mint_token
        self._token, self._minted = mint_token(), monotonic()

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        if monotonic() - self._minted > FRESH_SECONDS:
            self._token, self._minted = self._mint(), monotonic()
        path, query = request.url.raw_path.partition(b"?")[0], request.url.query
        target = path + b"?" + query if query else path
        request.headers[IDENTITY_HEADER] = self._token
        request.headers[EXCHANGE_HEADER] = bind(
            self._token.encode(), request.method, target
        ).decode()
        yield request


class Callers:
    """`free`, `standard`, `premium`, `other` (a second STANDARD person), `admin`, `anonymous` and `service`."""

    def __init__(self, app: Any, key: PrivateKey, service: str) -> None:
        self._app = app
        self._key = key
        self._service = service
        self._known: dict[str, httpx2.AsyncClient] = {}

    @staticmethod
    def user_id(name: str) -> UUID:
        return uuid5(PEOPLE, name)

    def _named(self, name: str, caller: Caller) -> httpx2.AsyncClient:
        if name not in self._known:
            self._known[name] = self.with_caller(caller)
        return self._known[name]

    def with_caller(self, caller: Caller, **headers: str) -> httpx2.AsyncClient:
        def mint_token() -> str:
            return mint(caller, self._key, audience=self._service, token_id=str(new_id()))

        client = self.with_headers(headers)
        client.auth = AsGateway(mint_token)
        return client

    def with_headers(self, headers: dict[str, str]) -> httpx2.AsyncClient:
        """No identity but what the headers say: for hostile tests."""
        transport = CountingTransport(app=self._app, raise_app_exceptions=False)
        return httpx2.AsyncClient(
            transport=transport, base_url="http://service", headers=headers, timeout=60
        )

    def as_user(
        self,
        user_id: UUID,
        plan: Plan = Plan.FREE,
        *,
        roles: Iterable[str] = (),
        language: Language | None = None,
        session_id: UUID | None = None,
    ) -> httpx2.AsyncClient:
        return self.with_caller(
            caller_on(plan, user_id, roles=roles, language=language, session_id=session_id)
        )

    @property
    def anonymous(self) -> httpx2.AsyncClient:
        return self._named("anonymous", Caller(ip="203.0.113.7", user_agent="tests"))

    @property
    def free(self) -> httpx2.AsyncClient:
        return self._named("free", caller_on(Plan.FREE, self.user_id("free")))

    @property
    def standard(self) -> httpx2.AsyncClient:
        return self._named("standard", caller_on(Plan.STANDARD, self.user_id("standard")))

    @property
    def premium(self) -> httpx2.AsyncClient:
        return self._named("premium", caller_on(Plan.PREMIUM, self.user_id("premium")))

    @property
    def other(self) -> httpx2.AsyncClient:
        return self._named("other", caller_on(Plan.STANDARD, self.user_id("other")))

    @property
    def admin(self) -> httpx2.AsyncClient:
        return self._named(
            "admin", caller_on(Plan.FREE, self.user_id("admin"), roles=(ADMIN_ROLE,))
        )

    @property
    def service(self) -> httpx2.AsyncClient:
        return self._named("service", Caller(roles=frozenset({SERVICE_ROLE})))

    @property
    def inner(self) -> httpx2.AsyncClient:
        """Somebody on our own network, at the inner port."""
        transport = httpx2.ASGITransport(app=self._app.state.operations)
        return httpx2.AsyncClient(transport=transport, base_url="http://inner", timeout=60)

    async def close(self) -> None:
        """Afterwards everybody comes with a new token, for those of before end after some minutes."""
        for client in self._known.values():
            await client.aclose()
        self._known.clear()


def caller_on(
    plan: Plan,
    user_id: UUID,
    *,
    roles: Iterable[str] = (),
    language: Language | None = None,
    session_id: UUID | None = None,
    zone: str | None = None,
) -> Caller:
    return Caller(
        user_id=user_id,
        session_id=session_id or uuid5(PEOPLE, f"session of {user_id}"),
        roles=frozenset({"user", *roles}),
        plan=plan,
        features=OPENS[plan],
        limits=ALLOWS[plan],
        language=language,
        ip="203.0.113.7",
        user_agent="tests",
        zone=zone,
    )
