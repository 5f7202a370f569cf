"""A storm of sign-ins: a hundred at once, and how long /livez of the same program takes to answer meanwhile."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

import httpx2

from bench.house import House, settle
from bench.programs import LOOPBACK, PYTHON, Cores, folder, free_port, running, wait_for
from bench.table import Row

AT_ONCE = 100
AIM_MS = 250
LOGIN = "/api/auth/login"


async def measure(house: House) -> list[Row]:
    """Against auth itself, and against the way anybody would write it first: the hash computed where the request is read."""
    settle()
    ours, counts = await _storm(
        house.url("auth"), house.identity("auth", uuid4(), ask=f"POST {LOGIN}")
    )
    with folder() as home:
        port = free_port()
        command = [PYTHON, "-m", "bench.naive_logins", str(port)]
        with running(command, core=Cores.find().measured, log=Path(home) / "naive.log"):
            url = f"http://{LOOPBACK}:{port}"
            await asyncio.to_thread(wait_for, f"{url}/livez")
            naive, _ = await _storm(url, {})
    answered = ", ".join(f"{number} × {status}" for status, number in sorted(counts.items()))
    return [
        Row(
            f"{AT_ONCE} sign-ins at once, slowest /livez",
            f"{ours:.0f} ms ({answered})",
            f"hash on the event loop {naive:.0f} ms",
            f"aim < {AIM_MS} ms" + ("" if ours < AIM_MS else ", MISSED"),
        )
    ]


async def _storm(url: str, headers: dict[str, str]) -> tuple[float, Counter[int]]:
    """The slowest probe in milliseconds, and how the sign-ins were answered."""
    limits = httpx2.Limits(max_connections=AT_ONCE)
    async with (
        httpx2.AsyncClient(
            base_url=url, headers=headers, timeout=120, limits=limits, trust_env=False
        ) as client,
        httpx2.AsyncClient(base_url=url, timeout=120, trust_env=False) as prober,
    ):
        await prober.get("/livez")
        storm = asyncio.gather(*(_sign_in(client, number) for number in range(AT_ONCE)))
        slowest = 0.0
        while not storm.done():
            began = time.perf_counter()
            (await prober.get("/livez")).raise_for_status()
            slowest = max(slowest, time.perf_counter() - began)
            await asyncio.sleep(0.01)
        return slowest * 1000, Counter(await storm)


async def _sign_in(client: httpx2.AsyncClient, number: int) -> int:
    """Of nobody: what an unknown address costs is what a known one costs."""
    body = {"email": f"storm.{uuid4().hex[:8]}.{number}@example.org", "password": "Banc-d-essai-42"}
    return (await client.post(LOGIN, json=body)).status_code
