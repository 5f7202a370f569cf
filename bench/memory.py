"""What the idle house holds: seven programs, shared pages counted once (PSS)."""

import psutil

from bench.house import House
from bench.table import Row

MEGABYTE = 1024 * 1024
AIM = 900


def measure(house: House) -> list[Row]:
    pss: dict[str, float] = {}
    rss = 0.0
    for name, pid in house.pids().items():
        memory = psutil.Process(pid).memory_full_info()
        pss[name] = memory.pss / MEGABYTE
        rss += memory.rss / MEGABYTE
    parts = " ".join(f"{name} {size:.0f}" for name, size in pss.items())
    return [
        Row(
            "idle memory of the seven programs (PSS)",
            f"{sum(pss.values()):.0f} MB",
            f"RSS {rss:.0f} MB",
            f"aim < {AIM} MB: {parts}",
        )
    ]
