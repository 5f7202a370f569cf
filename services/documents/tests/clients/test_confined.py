"""What the program that opens strangers' files can still do, asked of real ones."""

import ctypes
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.documents.clients.reader import ProcessReader
from services.documents.settings import Settings
from services.documents.tests import hostile
from shared.ids import new_id

PROBE = """
import ctypes, json, os, resource, socket, subprocess, sys
from services.documents.clients.confined import confine
confine(1024)
found = {}
def attempt(name, act):
    try:
        act()
        found[name] = "done"
    except OSError as fault:
        found[name] = fault.errno
attempt("inet", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
attempt("inet6", lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
attempt("unix", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
attempt("pair", socket.socketpair)
attempt("setsid", os.setsid)
attempt("setpgid", lambda: os.setpgid(0, 0))
attempt("write", lambda: open(sys.argv[1], "wb").write(bytes(200 * 1024 * 1024)))
attempt("files", lambda: [os.open("/dev/null", os.O_RDONLY) for _ in range(500)])
"""
AFTER = """
os.closerange(3, 400)
child = [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"]
found["grandchild"] = subprocess.run(child, capture_output=True, text=True).stderr[-60:]
libc = ctypes.CDLL(None, use_errno=True)
found["io_uring"] = (libc.syscall(425, 1, None), ctypes.get_errno())
found["core"] = resource.getrlimit(resource.RLIMIT_CORE)
print(json.dumps(found))
"""


@pytest_asyncio.fixture(loop_scope="session")
async def process(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """A real program that has answered."""
    monkeypatch.setenv("AUTOTRACK_DATABASE_URL", "postgresql+asyncpg://who:secret-of-the-house@x/y")
    monkeypatch.setenv("AUTOTRACK_SOMETHING_NEW", "secret-of-the-house")
    reader = ProcessReader(Settings(environment="test"))
    async with reader.running():
        await reader.inspect(hostile.INVOICE, owner_id=new_id())
        yield reader._inspecting._programs[0]


def about(process: Any) -> Path:
    return Path(f"/proc/{process._process.pid}")


def own_folder(process: Any) -> Path:
    return Path(process._folder)


class TestTheProgram:
    async def test_knows_nothing_of_the_services_settings(self, process: Any) -> None:
        held = (about(process) / "environ").read_text()
        names = {line.partition("=")[0] for line in held.split("\0") if line}
        assert names == {"PATH", "LANG", "MALLOC_ARENA_MAX", "OMP_THREAD_LIMIT", "TMPDIR", "HOME"}
        assert "secret-of-the-house" not in held

    async def test_is_behind_the_filter_and_the_limits(self, process: Any) -> None:
        entry = about(process)
        for task in entry.glob("task/*/status"):  # each of its threads
            said = dict(line.split(":\t", 1) for line in task.read_text().splitlines())
            assert (said["Seccomp"], said["NoNewPrivs"]) == ("2", "1")
        limits = (entry / "limits").read_text()
        for line in ("Max core file size        0", "Max open files            128"):
            assert line in limits
        fds = [str(fd.readlink()) for fd in entry.glob("fd/*")]
        assert not [fd for fd in fds if not fd.startswith(("pipe:", "/dev/null", "socket:"))]

    async def test_its_folder_goes_with_it(self, process: Any) -> None:
        folder = own_folder(process)
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "left").write_bytes(b"behind")
        await process.end()
        assert not folder.exists()

    async def test_cannot_read_the_services_memory_or_environment(self, process: Any) -> None:
        assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0  # PR_GET_DUMPABLE, of this process


def test_no_network_for_it_and_its_children(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE + AFTER, str(tmp_path / "large")],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    refused = {name: found.pop(name) for name in ("inet", "inet6", "unix", "pair", "setsid")}
    assert set(refused.values()) == {1}
    assert found.pop("setpgid") == 1
    assert found.pop("write") == 27
    assert found.pop("files") == 24
    assert "PermissionError" in found.pop("grandchild")
    assert found.pop("io_uring") == [-1, 1]
    assert found.pop("core") == [0, 0]
    assert not found
