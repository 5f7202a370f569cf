"""Start, know again and stop processes. A pid alone may have been given to a stranger since: a record also holds the start time."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.machine import ROOT, CannotError

STOP_SECONDS = 20.0
STEP_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the house, recognisable after a restart of the machine."""

    pid: int
    started: int

    @property
    def alive(self) -> bool:
        return self.started != 0 and _started(self.pid) == self.started

    @classmethod
    def of(cls, record: Mapping[str, int]) -> "Process":
        return cls(pid=record["pid"], started=record["started"])

    def record(self) -> dict[str, int]:
        return {"pid": self.pid, "started": self.started}


def _started(pid: int) -> int:
    """Return the boot-relative start time in ticks; 0 when there is no such process or it is dead already."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    state, *rest = stat.rpartition(")")[2].split()
    return 0 if state in "ZX" else int(rest[18])


def start(
    command: Sequence[str], *, log: Path, env: Mapping[str, str], user: str | None = None
) -> Process:
    """Start a process that outlives this program, its output appended to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=ROOT if user is None else "/",
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            start_new_session=True,
        )
    return Process(child.pid, _started(child.pid))


def stop(*processes: Process, how: signal.Signals = signal.SIGTERM) -> None:
    """Ask every one to end, wait for all of them, and end by force what will not."""
    for process in processes:
        _send(process, how)
    until = time.monotonic() + STOP_SECONDS
    for process in processes:
        while process.alive and time.monotonic() < until:
            _reap(process)
            time.sleep(STEP_SECONDS)
        _send(process, signal.SIGKILL)
        _reap(process)


def _send(process: Process, how: signal.Signals) -> None:
    if process.alive:
        try:
            os.kill(process.pid, how)
        except ProcessLookupError:
            return


def _reap(process: Process) -> None:
    try:
        os.waitpid(process.pid, os.WNOHANG)
    except ChildProcessError:
        return  # not our child: started by an earlier command


def wait_until(ready: Callable[[], bool], *, process: Process, what: str, log: Path) -> None:
    """Wait until `ready()`; say what its log says last when the process dies or takes too long."""
    until = time.monotonic() + 60
    while not ready():
        if not process.alive or time.monotonic() > until:
            last = log.read_text(errors="replace")[-1500:] if log.exists() else ""
            reason = f"{what} did not start; the end of {log}:\n{last}"
            raise CannotError(reason)
        time.sleep(STEP_SECONDS)
