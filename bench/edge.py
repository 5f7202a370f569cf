"""The gateway against HAProxy, nginx and a naive proxy: one process, one core, the same upstream, the same 2.4 kB."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bench.load import Load, wrk
from bench.programs import LOOPBACK, PYTHON, Cores, folder, free_port, need, running, wait_for
from bench.table import Row
from shared.security.tokens import load_private, new_private_pem, public_pem, sign

ANSWER_BYTES = 2400
CALLERS = 10_000
ROUNDS = 10
ACCESS_SECONDS = 900
"""As auth signs them: the gateway takes no other."""
SECONDS = 4
WARMING = 12
PATH = "/api/vehicles"


@dataclass(frozen=True, slots=True)
class Keys:
    user_pem: str
    gateway_pem: str
    tokens: tuple[str, ...]


def make_keys() -> Keys:
    user_pem = new_private_pem()
    key, now = load_private(user_pem), int(time.time())
    tokens = tuple(
        sign(
            {
                "iss": "autotrack",
                "aud": "autotrack-api",
                "sub": str(uuid4()),
                "sid": str(uuid4()),
                "jti": str(uuid4()),
                "roles": [],
                "lang": "fr",
                "iat": now,
                "exp": now + ACCESS_SECONDS,
            },
            key,
            typ="at+jwt",
        )
        for _ in range(CALLERS)
    )
    return Keys(user_pem, new_private_pem(), tokens)


def _answer() -> str:
    """A page of a list, as long as the design's example."""
    rows = [
        {"id": str(uuid4()), "make": "Renault", "model": "Clio", "year": 2019, "mileage": 84_210}
    ] * 30
    text = json.dumps({"count": 30, "next": None, "previous": None, "results": rows})
    return text[:ANSWER_BYTES].ljust(ANSWER_BYTES)


def _nginx_conf(home: Path, port: int, body: str) -> str:
    """`body` is what the server block does; nothing is written but an error log."""
    temporary = "".join(
        f"{kind}_temp_path {home}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"worker_processes 1; daemon off; pid {home}/{port}.pid; error_log {home}/{port}.err;"
        "events { worker_connections 2048; }"
        f"http {{ access_log off; {temporary} keepalive_requests 1000000000;"
        f" default_type application/json; {body} }}"
    )


@contextlib.contextmanager
def upstream(home: Path, keys: Keys, cores: Cores) -> Iterator[int]:
    """Nginx with the answer, the keys and empty feeds: an upstream that is never the limit."""
    port = free_port()
    site = home / "site"
    jwk = load_private(keys.user_pem).public.jwk
    for name, text in {
        "api/vehicles": _answer(),
        ".well-known/jwks.json": json.dumps({"keys": [jwk]}),
        "internal/entitlements": json.dumps({"results": [], "cursor": None, "more": False}),
        "internal/revocations": json.dumps({"results": [], "cursor": None}),
    }.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    server = f"server {{ listen {LOOPBACK}:{port}; root {site}; open_file_cache max=100; location / {{}} }}"
    config = home / "upstream.conf"
    config.write_text(_nginx_conf(home, port, server))
    with running([need("nginx"), "-c", str(config)], core=cores.other, log=home / "upstream.log"):
        wait_for(f"http://{LOOPBACK}:{port}{PATH}")
        yield port


@contextlib.contextmanager
def gateway(home: Path, keys: Keys, cores: Cores, upstream_port: int) -> Iterator[int]:
    """Our gateway as it ships, one log line a request; only the rate limits are out of the way (they are still counted)."""
    port = free_port()
    services = ("auth", "vehicles", "billing", "documents", "ai", "notifications")
    env = {
        "AUTOTRACK_ENVIRONMENT": "production",
        "AUTOTRACK_PORT": str(port),
        "AUTOTRACK_LOG_LEVEL": "INFO",
        "AUTOTRACK_BROKER_URL": "",
        "AUTOTRACK_INTERNAL_PRIVATE_KEY": keys.gateway_pem,
        "AUTOTRACK_INTERNAL_PUBLIC_KEYS": public_pem(keys.gateway_pem),
        "AUTOTRACK_RATE_IP": "100000000",
        "AUTOTRACK_RATE_USER": "100000000",
        **{
            f"AUTOTRACK_{name.upper()}_URL": f"http://{LOOPBACK}:{upstream_port}"
            for name in services
        },
    }
    command = [PYTHON, "-m", "gateway.main"]
    with running(command, core=cores.measured, log=home / "gateway.log", env=env):
        wait_for(f"http://{LOOPBACK}:{port}/readyz")
        yield port


@contextlib.contextmanager
def haproxy(home: Path, keys: Keys, cores: Cores, upstream_port: int) -> Iterator[int]:
    """HAProxy with one thread: signature, algorithm, issuer, audience and expiry checked."""
    port = free_port()
    pem, config = home / "user.pem", home / "haproxy.cfg"
    pem.write_text(public_pem(keys.user_pem))
    config.write_text(
        f"""global
    nbthread 1
    maxconn 4000
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 1s
    option http-keep-alive
    http-reuse always
frontend edge
    bind {LOOPBACK}:{port}
    http-request set-var(txn.token) http_auth_bearer
    http-request set-var(txn.alg) var(txn.token),jwt_header_query('$.alg')
    http-request set-var(txn.iss) var(txn.token),jwt_payload_query('$.iss')
    http-request set-var(txn.aud) var(txn.token),jwt_payload_query('$.aud')
    http-request set-var(txn.exp) var(txn.token),jwt_payload_query('$.exp','int')
    http-request set-var(txn.now) date()
    http-request deny deny_status 401 unless {{ var(txn.alg) -m str ES256 }}
    http-request deny deny_status 401 unless {{ var(txn.iss) -m str autotrack }}
    http-request deny deny_status 401 unless {{ var(txn.aud) -m str autotrack-api }}
    http-request deny deny_status 401 if {{ var(txn.exp),sub(txn.now) -m int lt 0 }}
    http-request deny deny_status 401 unless {{ var(txn.token),jwt_verify(txn.alg,"{pem}") -m int 1 }}
    http-request del-header Authorization
    default_backend service
backend service
    server upstream {LOOPBACK}:{upstream_port}
"""
    )
    log = home / "haproxy.log"
    with running([need("haproxy"), "-db", "-f", str(config)], core=cores.measured, log=log):
        wait_for(f"http://{LOOPBACK}:{port}{PATH}", headers=_bearer(keys))
        yield port


@contextlib.contextmanager
def nginx(home: Path, keys: Keys, cores: Cores, upstream_port: int) -> Iterator[int]:
    """Nginx passing on, checking nothing: how fast a hop can be in C."""
    del keys
    port = free_port()
    server = (
        f"upstream service {{ server {LOOPBACK}:{upstream_port}; keepalive 64; }}"
        f"server {{ listen {LOOPBACK}:{port}; location / {{ proxy_pass http://service;"
        ' proxy_http_version 1.1; proxy_set_header Connection ""; } }'
    )
    config = home / "nginx.conf"
    config.write_text(_nginx_conf(home, port, server))
    with running([need("nginx"), "-c", str(config)], core=cores.measured, log=home / "nginx.log"):
        wait_for(f"http://{LOOPBACK}:{port}{PATH}")
        yield port


@contextlib.contextmanager
def naive(home: Path, keys: Keys, cores: Cores, upstream_port: int) -> Iterator[int]:
    """FastAPI and httpx, as one writes it first."""
    port, pem = free_port(), home / "naive.pem"
    pem.write_text(public_pem(keys.user_pem))
    command = [PYTHON, "-m", "bench.naive_proxy", str(port), str(upstream_port), str(pem)]
    with running(command, core=cores.measured, log=home / "naive.log"):
        wait_for(f"http://{LOOPBACK}:{port}{PATH}", headers=_bearer(keys))
        yield port


def _bearer(keys: Keys) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.tokens[0]}"}


def _many_callers(home: Path, keys: Keys) -> Path:
    """A wrk script: each request is another caller's."""
    tokens = ",".join(f'"{token}"' for token in keys.tokens)
    script = home / "callers.lua"
    script.write_text(
        f"local tokens = {{{tokens}}}\nlocal n = 0\n"
        "request = function()\n"
        "  n = n % #tokens + 1\n"
        '  return wrk.format("GET", nil, {["Authorization"] = "Bearer " .. tokens[n]})\n'
        "end\n"
    )
    return script


def measure() -> list[Row]:
    """Ten rounds, the contenders in turn, the median of each: a shared machine is noisy."""
    cores, keys = Cores.find(), make_keys()
    contenders = {"gateway": gateway, "haproxy": haproxy, "nginx": nginx, "naive": naive}
    one: dict[str, list[Load]] = {name: [] for name in contenders}
    many: dict[str, list[Load]] = {"gateway": [], "haproxy": []}
    with folder() as home, upstream(home, keys, cores) as port:
        callers = _many_callers(home, keys)
        for _ in range(ROUNDS):
            for name, start in contenders.items():
                with start(home, keys, cores, port) as at:
                    url = f"http://{LOOPBACK}:{at}{PATH}"
                    wrk(url, core=cores.other, seconds=1, headers=_bearer(keys))
                    load = wrk(url, core=cores.other, seconds=SECONDS, headers=_bearer(keys))
                    one[name].append(load)
                    if name in many:  # the first look at ten thousand signatures is no steady state
                        wrk(url, core=cores.other, seconds=WARMING, script=callers)
                        many[name].append(
                            wrk(url, core=cores.other, seconds=SECONDS, script=callers)
                        )
    return [
        _row("gateway, 1 core, one caller's token", one, "haproxy"),
        _row(f"gateway, 1 core, {CALLERS:,} callers' tokens", many, "haproxy"),
        _row("gateway, 1 core, beside a hop without any check", one, "nginx"),
        _row("gateway, 1 core, beside FastAPI with httpx", one, "naive"),
    ]


def _row(what: str, loads: dict[str, list[Load]], peer: str) -> Row:
    ours, theirs = _median(loads["gateway"]), _median(loads[peer])
    failed = sum(load.failed for load in (*loads["gateway"], *loads[peer]))
    verdict = f"{ours.per_second / theirs.per_second:.2f} of {peer}, p99 {ours.p99_ms / theirs.p99_ms:.1f} times"
    return Row(
        what,
        _told(ours),
        f"{peer} {_told(theirs)}",
        f"none: {failed} requests failed" if failed else verdict,  # refusals cost less than answers
    )


def _median(loads: list[Load]) -> Load:
    return sorted(loads, key=lambda load: load.per_second)[len(loads) // 2]


def _told(load: Load) -> str:
    return f"{load.per_second:,.0f}/s p50 {load.p50_ms:.1f} p99 {load.p99_ms:.1f} ms"
