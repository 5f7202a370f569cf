"""How the house is: every service asked at once, and not more often than every two seconds."""

import asyncio
import time

import orjson

from gateway.clients.internal import OK, Unheard
from gateway.settings import SERVICES
from gateway.storage.health import Finding
from gateway.usecases.warm_up import why_not_ready
from gateway.usecases.work import Work

KEPT_SECONDS = 2.0
PATIENCE_SECONDS = 3.0


async def look_around(work: Work) -> tuple[Finding, ...]:
    """The gateway first, then each service."""
    memory = work.health
    async with memory.looking:
        if time.monotonic() - memory.at > KEPT_SECONDS:
            others = await asyncio.gather(*(_ask(work, service) for service in SERVICES))
            reason = why_not_ready(work)
            memory.findings = (Finding("gateway", reason is None, 0.0, reason), *others)
            memory.at = time.monotonic()
        return memory.findings


async def look_at(work: Work, *, service: str, path: str) -> Finding:
    """One thing that one service depends on, as that service sees it."""
    return await _ask(work, service, path)


async def _ask(work: Work, service: str, path: str = "/readyz") -> Finding:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            status, body = await work.internal.get(service, path)
    except (Unheard, TimeoutError) as error:
        return Finding(service, is_up=False, milliseconds=_since(began), reason=str(error)[:200])
    reason = None if status == OK else _reason(body) or f"answered {status}"
    return Finding(service, is_up=status == OK, milliseconds=_since(began), reason=reason)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


def _reason(body: bytes) -> str | None:
    try:
        reason = orjson.loads(body).get("reason")
    except (ValueError, AttributeError):
        return None
    return None if reason is None else str(reason)[:200]
