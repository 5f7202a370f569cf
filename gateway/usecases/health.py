"""How the house is: every service asked at once, and not more often than every two seconds."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from gateway.clients.internal import OK, Unheard
from gateway.settings import SERVICES
from gateway.storage.health import Finding, House, Mail, Messages
from gateway.usecases.warm_up import why_not_ready
from gateway.usecases.work import Work
from shared.observe.looks import SharedLook

KEPT_SECONDS = 2.0
PART_KEPT_SECONDS = 10.0
PATIENCE_SECONDS = 3.0


async def look_around(work: Work) -> House:
    """The gateway first, then each service; what waits between them; the mail."""
    memory = work.health
    async with memory.looking:
        if time.monotonic() - memory.at > KEPT_SECONDS:
            findings, backlogs, mail = await asyncio.gather(
                asyncio.gather(*(_ask(work, service) for service in SERVICES)),
                asyncio.gather(*(_backlog(work, service) for service in SERVICES)),
                _mail(work),
            )
            reason = why_not_ready(work)
            ourselves = Finding("gateway", reason is None, 0.0, reason)
            memory.house = House((ourselves, *findings), _summed(backlogs), mail)
            memory.at = time.monotonic()
        return memory.house


async def look_at(work: Work, *, service: str, path: str) -> Finding:
    """One thing that one service depends on, as that service sees it; one question for all who ask within ten seconds."""
    looks = work.health.looks
    if path not in looks:
        looks[path] = SharedLook(
            lambda: _ask(work, service, path),
            is_good=lambda finding: finding.is_up,
            good_seconds=PART_KEPT_SECONDS,
            bad_seconds=KEPT_SECONDS,
        )
    return await looks[path]()


async def _ask(work: Work, service: str, path: str = "/readyz") -> Finding:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            status, body = await work.internal.get(service, path)
    except (Unheard, TimeoutError) as error:
        return Finding(service, is_up=False, milliseconds=_since(began), reason=str(error)[:200])
    reason = None if status == OK else _reason(body) or f"answered {status}"
    return Finding(service, is_up=status == OK, milliseconds=_since(began), reason=reason)


async def _told(work: Work, service: str, path: str) -> Any:
    """What it answers as JSON; None for whatever else."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            status, body = await work.internal.get(service, path)
        return orjson.loads(body) if status == OK else None
    except (Unheard, TimeoutError, ValueError):
        return None


async def _backlog(work: Work, service: str) -> Messages:
    """Nothing, from a service that does not answer: that it is down is said elsewhere."""
    match await _told(work, service, "/internal/backlog"):
        case {"waiting": int(waiting), "seconds": int() | float() as seconds, "dead": int(dead)}:
            return Messages(waiting, seconds, dead)
    return Messages()


async def _mail(work: Work) -> Mail | None:
    match await _told(work, "notifications", "/internal/health/mail"):
        case {"up": bool(up), "delayed": int(delayed), "last_sent_at": last}:
            return Mail(up, delayed, datetime.fromisoformat(last) if last else None)
    return None


def _summed(backlogs: Sequence[Messages]) -> Messages:
    return Messages(
        waiting=sum(each.waiting for each in backlogs),
        seconds=max(each.seconds for each in backlogs),
        dead=sum(each.dead for each in backlogs),
    )


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


def _reason(body: bytes) -> str | None:
    try:
        reason = orjson.loads(body).get("reason")
    except (ValueError, AttributeError):
        return None
    return None if reason is None else str(reason)[:200]
