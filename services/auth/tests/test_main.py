import re
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from services.auth.settings import Settings
from shared.http.access import OpenTo, read
from shared.http.models import AnswerModel, SecretAnswer
from shared.ids import new_id
from shared.security.tokens import new_private_pem, public_pem

HOSTILE = [
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b'{"a":' * 5000,
    b'{"email":"\\ud800"}',
    b"9" * 5000,
]


def routes(app: Any) -> list[tuple[str, str, OpenTo]]:
    found = []
    for context in iter_route_contexts(app.routes):
        access = read(
            getattr(context, "openapi_extra", None) or getattr(context.route, "openapi_extra", None)
        ).access
        found += [(method, str(context.path), access) for method in sorted(context.methods or ())]
    return found


SECRETS = {"access", "refresh", "secret", "recovery_codes", "key", "challenge"}


def test_what_holds_a_secret_says_so() -> None:
    """Then no cache keeps it, nor the store of idempotent answers."""
    silent = [
        model.__name__
        for model in _answers(AnswerModel)
        if model.__module__.startswith("services.auth.api.")
        and SECRETS & set(model.model_fields)
        and not issubclass(model, SecretAnswer)
    ]
    assert silent == []


def _answers(model: type[AnswerModel]) -> set[type[AnswerModel]]:
    below = {each for child in model.__subclasses__() for each in _answers(child)}
    return below | {model}


class TestMain:
    async def test_the_service_starts_and_is_ready(self, app: Any, call: Any) -> None:
        for path in ("/livez", "/readyz", "/version", "/metrics"):
            assert (await call.inner.get(path)).status_code == 200
            if path not in {"/livez", "/readyz"}:
                assert (await call.with_headers({}).get(path)).status_code == 401

    async def test_only_the_public_routes_are_open_to_nobody(self, app: Any, call: Any) -> None:
        assert len(routes(app)) > 30
        for method, path, access in routes(app):
            answer = await call.anonymous.request(method, path.replace("{", "").replace("}", ""))
            if access is OpenTo.PUBLIC:  # which those are: tests/contracts/public_operations.txt
                assert answer.status_code not in {401, 403}, path
            else:
                expected = 403 if access is OpenTo.INTERNAL else 401
                assert answer.status_code == expected, f"{method} {path}"

    async def test_without_the_gateways_token_nothing_is_open(self, app: Any, call: Any) -> None:
        for method, path, _ in routes(app):
            for headers in ({}, {"x-autotrack-identity": "a.b.c"}, {"authorization": "Bearer x"}):
                answer = await call.with_headers(headers).request(method, path)
                assert answer.status_code == 401, f"{method} {path}"

    async def test_hostile_bodies_never_break_anything(self, app: Any, call: Any) -> None:
        client = call.as_user(new_id(), roles=("admin",))
        for method, path, access in routes(app):
            if method in {"GET", "HEAD"} or access is OpenTo.INTERNAL:
                continue
            for body in HOSTILE:
                answer = await client.request(
                    method,
                    re.sub(r"\{\w+_id\}", str(new_id()), path),
                    content=body,
                    headers={"content-type": "application/json"},
                )
                assert answer.status_code < 500, f"{method} {path} {body[:20]!r}: {answer.text}"


class TestSettings:
    def test_passkeys_are_for_the_public_address_unless_said_otherwise(self) -> None:
        def party(**said: Any) -> Any:
            return Settings(environment="test", **said).relying_party

        there = party(public_url="https://cars.example.org")
        assert (there.id, there.origins) == ("cars.example.org", ("https://cars.example.org",))
        here = party(public_url="http://127.0.0.1:8080")
        assert here.id == "localhost"
        assert here.origins == ("http://127.0.0.1:8080", "http://localhost:8080")
        said = party(
            passkey_rp_id="example.org",
            passkey_rp_name="Garage",
            passkey_origins="https://app.example.org,android:apk-key-hash:x",
        )
        assert (said.id, said.name) == ("example.org", "Garage")
        assert said.origins == ("https://app.example.org", "android:apk-key-hash:x")

    @pytest.mark.parametrize(
        "providers",
        [
            [{"name": "a", "issuer": "http://id.example.org", "client_id": "x"}],
            [{"name": "a", "issuer": "https://id.example.org", "client_id": "x"}] * 2,
            [{"name": "A B", "issuer": "https://id.example.org", "client_id": "x"}],
            [{"name": "a", "issuer": "https://id.example.org?x=1", "client_id": "x"}],
            [{"name": "a", "issuer": "https://id.example.org"}],
        ],
        ids=range(5),
    )
    def test_a_provider_is_reached_safely_and_named_once(
        self, providers: list[dict[str, str]]
    ) -> None:
        with pytest.raises(ValueError, match=r"(?i)oidc_providers"):
            Settings(environment="test", oidc_providers=providers)

    @pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "oidc.localhost"])
    def test_production_knows_no_provider_without_tls(self, host: str) -> None:
        loopback = [{"name": "a", "issuer": f"http://{host}:1", "client_id": "x"}]
        Settings(environment="test", oidc_providers=loopback)
        with pytest.raises(ValueError, match="must be https"):
            Settings(
                environment="production",
                key_encryption_key="k" * 32,
                pepper="p" * 32,
                oidc_providers=loopback,
            )

    def test_production_refuses_the_development_secrets(self) -> None:
        whole: dict[str, Any] = {
            "environment": "production",
            "database_url": "postgresql+asyncpg://a:b@localhost/auth",
            "internal_public_keys": public_pem(new_private_pem()),
            "key_encryption_key": "k" * 32,
            "pepper": "p" * 32,
        }
        assert Settings(**whole).service == "auth"
        for secret in ("key_encryption_key", "pepper"):
            without = {name: value for name, value in whole.items() if name != secret}
            with pytest.raises(ValueError, match=secret.upper()):
                Settings(**without)
