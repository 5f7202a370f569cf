"""One program runs every simulator on its own port, by one clock, and stops when told."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from deploy.simulators.settings import Settings

ROOT = Path(__file__).parents[3]
PORT = "_port"
NAMES = [name.removesuffix(PORT) for name in Settings.model_fields if name.endswith(PORT)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def ports() -> dict[str, int]:
    return {name: free_port() for name in NAMES}


@pytest.fixture
def program(ports: dict[str, int]) -> Iterator[subprocess.Popen[bytes]]:
    settings = {f"SIM_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    started = subprocess.Popen(
        [sys.executable, "-m", "deploy.simulators.main"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **settings},
        stderr=subprocess.PIPE,
    )
    try:
        for port in ports.values():
            wait_for(port, started)
        yield started
    finally:
        started.kill()
        started.communicate()


def wait_for(port: int, program: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while program.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, f"nothing listens on {port}"
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"ended with {program.returncode}")


def test_all_run_by_one_clock_and_stop_on_sigterm(
    program: subprocess.Popen[bytes], ports: dict[str, int]
) -> None:
    clock = f"http://127.0.0.1:{ports['clock']}"
    assert httpx2.get(f"{clock}/livez").status_code == 200
    mailbox = httpx2.get(f"http://127.0.0.1:{ports['mailbox']}/livez").json()
    assert mailbox["smtp_port"] == ports["smtp"]
    assert httpx2.get(f"http://127.0.0.1:{ports['stripe']}/v1/prices").status_code == 401
    assert httpx2.get(f"{clock}/").json()["offset_seconds"] == 0
    httpx2.post(f"{clock}/clock", json={"advance_seconds": 3600})
    assert httpx2.get(f"{clock}/clock").json()["offset_seconds"] == 3600
    program.send_signal(signal.SIGTERM)
    assert program.wait(10) == 0
    assert b"Traceback" not in program.stderr.read()  # type: ignore[union-attr]  # it is a pipe
