"""Outgoing HTTP: always with time-outs, always with the correlation of the work at hand."""

import ssl
from functools import cache

import httpx2

from shared.observe.correlation import current


async def _correlate(request: httpx2.Request) -> None:
    for name, value in current().headers().items():
        request.headers.setdefault(name, value)


@cache
def tls() -> ssl.SSLContext:
    """Whom we trust. One for the process: to read the list of authorities takes 50 ms of processor, each time."""
    return httpx2.create_ssl_context()


def http_client(
    base_url: str, *, timeout: float = 10.0, connect: float = 2.0
) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=base_url,
        timeout=httpx2.Timeout(timeout, connect=connect),
        follow_redirects=False,
        verify=tls(),
        event_hooks={"request": [_correlate]},
    )
