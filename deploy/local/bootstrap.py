"""Make this checkout able to run: Debian packages, `.venv`, the hashed lock. Does only what is missing; standard library only."""

import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from deploy.local.machine import (  # noqa: E402 - needs the path above
    LOCAL,
    CannotError,
    only_one,
    program,
    say,
)
from deploy.local.postgres import BINARIES as POSTGRES  # noqa: E402
from deploy.local.rabbitmq import BINARIES as RABBITMQ  # noqa: E402

VENV = ROOT / ".venv"
LOCK = ROOT / "requirements" / "dev.txt"
STAMP = VENV / "autotrack-lock"
INSTALLER = Path(__file__).with_name("install.sh")
LANGUAGES = ("eng", "fra", "spa")
SYSTEM = ("/usr/sbin", "/usr/local/sbin")
PRINTING = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
}
FONTS = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu"))
LOGS = LOCAL / "logs"
FIRST_WORD, NEXT_WORD = 5.0, 15.0
"""Seconds of silence before a long step says how far it is, and between two such words."""
PEERS = {"test": ("haproxy",), "bench": ("haproxy", "nginx", "wrk")}
"""Programs that only tests or measurements need, by the word the Makefile says; each is its package's name but for nginx."""
PACKAGES = {"nginx": "nginx-light"}


def main(purpose: str = "") -> int:
    try:
        prepare(purpose)
    except CannotError as cannot:
        sys.stderr.write(f"{cannot}\n")
        return 1
    return 0


def prepare(purpose: str) -> None:
    if not Path("/proc/self/stat").exists():
        reason = "/proc is not mounted here: `mount -t proc proc /proc`, then run this again."
        raise CannotError(reason)
    with only_one("bootstrap"):
        packages = [*missing_packages(), *missing_printing(), *missing_peers(purpose)]
        if packages:
            install_packages(packages)
        if STAMP.exists() and STAMP.read_text() == stamp():
            return
        build_venv()


def missing_packages() -> Iterator[str]:
    """Name the Debian packages whose programs are not on this machine."""
    if not (VENV / "bin" / "python").exists() and importlib.util.find_spec("ensurepip") is None:
        system = Path(sys.executable).resolve() == Path("/usr/bin/python3").resolve()
        yield "python3-venv" if system else f"python3.{sys.version_info.minor}-venv"
    if program("initdb", POSTGRES) is None:
        yield "postgresql"
    if program("rabbitmq-server", *RABBITMQ) is None or program("epmd") is None:
        yield "rabbitmq-server"
    if shutil.which("tesseract") is None:
        yield "tesseract-ocr"
    known = tesseract_languages()
    for language in LANGUAGES:
        if language not in known:
            yield f"tesseract-ocr-{language}"


def missing_printing() -> Iterator[str]:
    """What pages are printed with: libraries and fonts, no programs."""
    for library, package in PRINTING.items():
        if ctypes.util.find_library(library) is None:
            yield package
    if not any(folder.is_dir() for folder in FONTS):
        yield "fonts-dejavu-core"


def missing_peers(purpose: str) -> Iterator[str]:
    for name in PEERS.get(purpose, ()):
        if program(name, *SYSTEM) is None:
            yield PACKAGES.get(name, name)


def tesseract_languages() -> frozenset[str]:
    tesseract = shutil.which("tesseract")
    if tesseract is None:
        return frozenset()
    listed = subprocess.run(
        [tesseract, "--list-langs"], capture_output=True, text=True, check=False
    )
    return frozenset(listed.stdout.split())


def install_packages(packages: Sequence[str]) -> None:
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        reason = f"This machine has no apt: install the equivalent of {names}, then run this again."
        raise CannotError(reason)
    say(f"Installing {names} (no server is started, no database is created) …")
    installing = [*as_root(names), "/bin/sh", str(INSTALLER), *packages]
    log = LOGS / "apt.log"
    if not followed(installing, log):
        raise CannotError(last_words(f"apt could not install {names}", log))


def as_root(names: str) -> list[str]:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    reason = (
        f"{names} must be installed and that needs root or sudo: ask for them, then run this again."
    )
    if sudo is None:
        raise CannotError(reason)
    if sys.stdin.isatty():
        return [sudo]
    allowed = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    if allowed.returncode:
        raise CannotError(reason)
    return [sudo, "-n"]


def stamp() -> str:
    """Describe what `.venv` holds: the lock's checksum, and where it stands, for its scripts name their place."""
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n{VENV}\n"


def build_venv() -> None:
    python = VENV / "bin" / "python"
    moved = STAMP.exists() and STAMP.read_text().splitlines()[1:] != [str(VENV)]
    log = LOGS / "packages.log"
    if VENV.is_symlink():
        VENV.unlink()  # another checkout's, which would be emptied through the link while its programs run
    if moved or not works(python):
        say("Making .venv …")
        if not followed([sys.executable, "-m", "venv", "--clear", str(VENV)], log):
            raise CannotError(last_words("Python could not make .venv", log))
    say(f"Installing {LOCK.relative_to(ROOT)} into .venv …")
    install_lock(LOCK, python, log)
    STAMP.write_text(stamp())


def install_lock(lock: Path, python: Path, log: Path) -> None:
    """Put exactly what `lock` names into `python`'s environment: nothing is resolved, so nothing newer is ever considered.

    uv does it, many times faster than pip, and comes from the lock itself; where it cannot (it does not read pip's own settings,
    such as a mirror) pip does the same. Raises CannotError when neither can, and when what is there afterwards does not fit together.
    """
    pip = [str(python), "-m", "pip"]
    exact = [*pip, "install", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r"]
    uv = python.with_name("uv")
    tool = lock_of("uv", lock)
    if tool is not None:
        beside = log.with_name("uv.txt")
        beside.write_text(tool)
        followed([*exact, str(beside)], log)
    # Compiled at once, as pip does: otherwise each program compiles its packages at its start, where writing them is forbidden.
    sync = [str(uv), "pip", "sync", "--require-hashes", "--compile-bytecode"]
    sync += ["--python", str(python), str(lock)]
    if not (uv.exists() and followed(sync, log)) and not followed([*exact, str(lock)], log):
        raise CannotError(last_words("neither uv nor pip could install the locked packages", log))
    if not followed([*pip, "check"], log):
        raise CannotError(last_words("the locked packages do not fit together", log))


def lock_of(name: str, lock: Path) -> str | None:
    """Return one package's lines of a lock: its version and hashes."""
    entry, found = [], False
    for line in lock.read_text().splitlines(keepends=True):
        if not line[0].isspace():
            found = line.startswith(f"{name}==")
        if found:
            entry.append(line)
    return "".join(entry) or None


def works(python: Path) -> bool:
    if not python.exists():
        return False
    command = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def followed(command: Sequence[str], log: Path) -> bool:
    """Run a command whose noise goes to `log`, and say now and then how far it is. Returns whether it succeeded."""
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    patience, spoke = FIRST_WORD, False
    with log.open("ab") as output:
        running = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            while True:
                try:
                    failed = running.wait(patience)
                    break
                except subprocess.TimeoutExpired:
                    patience, spoke = NEXT_WORD, True
                    say(f"  {time.monotonic() - began:3.0f} s  {last_line(log)}")
        except BaseException:
            running.terminate()
            running.wait()
            raise
    if spoke and not failed:
        say(f"  done in {time.monotonic() - began:.0f} s")
    return failed == 0


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")[:90]


def last_words(what: str, log: Path) -> str:
    return f"{what}; the end of {log}:\n{log.read_text(errors='replace')[-800:]}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
