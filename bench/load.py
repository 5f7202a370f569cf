"""Load from wrk, on the core beside the measured one."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.programs import need

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Load:
    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int


def wrk(
    url: str,
    *,
    core: int,
    seconds: int,
    connections: int = 32,
    headers: Mapping[str, str] | None = None,
    script: Path | None = None,
) -> Load:
    command = ["taskset", "-c", str(core), need("wrk"), "-t1", f"-c{connections}"]
    command += [f"-d{seconds}s", "--latency", "--timeout", "10s"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    if script is not None:
        command += ["-s", str(script)]
    done = subprocess.run([*command, url], capture_output=True, text=True, check=True, timeout=120)
    return read_wrk(done.stdout)


def read_wrk(report: str) -> Load:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    broken = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report
    )
    if rate is None:
        raise ValueError(f"wrk said: {report[:300]}")
    failed = int(refused[1]) if refused else 0
    failed += sum(map(int, broken.groups())) if broken else 0
    return Load(float(rate[1]), _percentile(report, 50), _percentile(report, 99), failed)


def _percentile(report: str, percent: int) -> float:
    found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s|m)", report)
    return float(found[1]) * _UNITS[found[2]] if found else float("nan")
