"""Make this checkout able to run: Debian packages, `.venv`, the hashed lock. Does only what is missing; standard library only."""

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

from deploy.local.machine import LOCAL, CannotError, only_one, program, say  # noqa: E402 - needs the path above
from deploy.local.postgres import BINARIES as POSTGRES  # noqa: E402
from deploy.local.rabbitmq import BINARIES as RABBITMQ  # noqa: E402

VENV = ROOT / ".venv"
LOCK = ROOT / "requirements" / "dev.txt"
STAMP = VENV / "autotrack-lock"
INSTALLER = Path(__file__).with_name("install.sh")
LANGUAGES = ("eng", "fra", "spa")
SYSTEM = ("/usr/sbin", "/usr/local/sbin")
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
        packages = [*missing_packages(), *missing_peers(purpose)]
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
    began = time.monotonic()
    log = LOCAL / "logs" / "apt.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        done = subprocess.run(
            [*as_root(names), "/bin/sh", str(INSTALLER), *packages],
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        last = log.read_text(errors="replace")[-800:]
        reason = f"apt could not install {names}; the end of {log}:\n{last}"
        raise CannotError(reason)
    say(f"  done in {time.monotonic() - began:.0f} s")


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
    began = time.monotonic()
    python = VENV / "bin" / "python"
    moved = STAMP.exists() and STAMP.read_text().splitlines()[1:] != [str(VENV)]
    if moved or not works(python):
        say("Making .venv …")
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python could not make .venv")
    say(f"Installing {LOCK.relative_to(ROOT)} into .venv …")
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "-r", str(LOCK)]
    run(command, "pip could not install the locked packages")
    STAMP.write_text(stamp())
    say(f"  done in {time.monotonic() - began:.0f} s")


def works(python: Path) -> bool:
    if not python.exists():
        return False
    command = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run(command: Sequence[str], failure: str) -> None:
    if subprocess.run(command, check=False).returncode:
        raise CannotError(failure + "; its own words are above.")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
