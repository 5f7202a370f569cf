"""Starting what is measured: each program on a loopback port, pinned to a core, stopped by its own id."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOOPBACK = "127.0.0.1"


class Missing(Exception):
    """A program that this row needs is not installed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def need(program: str) -> str:
    """The program's path, also where an ordinary user's PATH does not look. Raises Missing."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        raise Missing(f"{program} is not installed")
    return found


@dataclass(frozen=True, slots=True)
class Cores:
    """Two cores: one for what is measured, one for everything around it."""

    measured: int
    other: int

    @classmethod
    def find(cls) -> "Cores":
        cores = sorted(os.sched_getaffinity(0))
        return cls(cores[0], cores[-1])


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="autotrack-bench-") as name:
        home = Path(name)
        home.chmod(0o755)  # started by root, nginx reads its files as nobody
        yield home


@contextlib.contextmanager
def running(
    command: Sequence[str],
    *,
    core: int,
    log: Path,
    env: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """The program's process id while it runs."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def wait_for(url: str, *, headers: Mapping[str, str] | None = None, seconds: float = 30) -> None:
    """Until the address answers 200. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 - our own port
    while True:
        try:
            with urllib.request.urlopen(request, timeout=2):  # noqa: S310
                return
        except (OSError, urllib.error.HTTPError) as error:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url}: {error}") from error
            time.sleep(0.1)


PYTHON = sys.executable
