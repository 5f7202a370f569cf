"""What this machine offers and this checkout's own places. Standard library only: it also runs before `.venv` exists."""

import fcntl
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
LOOPBACK = "127.0.0.1"
PRIVATE = 0o600
PORT_RANGE = (20_000, 32_000)
PORT_TRIES = 200


class CannotError(Exception):
    """A sentence for the person at the terminal: what is missing here and what to do."""


def environment() -> dict[str, str]:
    """Return a copy of this process's environment: the only place of the local house that reads it."""
    return dict(os.environ)


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def program(name: str, *folders: str) -> str | None:
    """Find a server program that distributions keep off PATH, newest version first."""
    for pattern in folders:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), key=_version, reverse=True):
            if (folder / name).is_file():
                return str(folder / name)
    return shutil.which(name)


def _version(folder: Path) -> int:
    return max((int(part) for part in folder.parts if part.isdecimal()), default=0)


_given: set[int] = set()


def free_port(wanted: int | None = None) -> int:
    """Return `wanted` when nobody listens there, else a free loopback port that this process was not given before.

    Below the kernel's ephemeral range (32768 and up): from there an outgoing connection of any program may take the port
    between our look and the listener's start.
    """
    chance = secrets.SystemRandom()
    tries = [chance.randrange(*PORT_RANGE) for _ in range(PORT_TRIES)]
    for port in ([wanted] if wanted else []) + tries:
        if port in _given and port != wanted:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        _given.add(port)
        return port
    reason = "no free loopback port"
    raise CannotError(reason)


def new_password() -> str:
    """Make a password of letters and digits only, so that it needs no quoting in any URL, SQL or file."""
    return secrets.token_hex(20)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "w") as file:
        file.write(text)
    fresh.replace(path)


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Let one command at a time change the house; others wait their turn."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
