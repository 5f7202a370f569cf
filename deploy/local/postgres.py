"""A PostgreSQL server of this checkout's own: its files, its port, its passwords. No other server is touched."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import processes
from deploy.local.machine import LOOPBACK, ROOT, CannotError, environment, program, write_private
from deploy.local.processes import Process

BINARIES = "/usr/lib/postgresql/*/bin"
LONGEST_SOCKET_PATH = 80  # the kernel's limit is 107, the file name and a margin off
DURABLE = ("fsync=on",)
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Postgres:
    """One private cluster in `folder`; `superuser` owns it."""

    folder: Path
    superuser: str
    password: str
    port: int
    durable: bool

    @property
    def log(self) -> Path:
        return self.folder.parent / "logs" / "postgres.log"

    def dsn(self) -> str:
        return f"postgresql://{self.superuser}:{self.password}@{LOOPBACK}:{self.port}/postgres"

    def start(self) -> Process:
        owner = _owner()
        data = _data_folder(self.folder, owner)
        if not (data / "PG_VERSION").exists():
            self._create(data, owner)
        sockets = data.parent if len(str(data.parent)) < LONGEST_SOCKET_PATH else ""
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(sockets),
            "max_connections": "300",
            "shared_buffers": "128MB",
            "password_encryption": "scram-sha-256",
            "ssl": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "cluster_name": "autotrack",
        }
        command = [_binary("postgres"), "-D", str(data)]
        for setting in (f"{name}={value}" for name, value in options.items()):
            command += ["-c", setting]
        for setting in DURABLE if self.durable else THROWAWAY:
            command += ["-c", setting]
        process = processes.start(command, log=self.log, env=_environment(), user=owner)
        processes.wait_until(self.answers, process=process, what="PostgreSQL", log=self.log)
        return process

    def _create(self, data: Path, owner: str | None) -> None:
        shutil.rmtree(data, ignore_errors=True)  # an initdb that was interrupted
        words = ["-D", str(data), "-U", self.superuser, "-A", "scram-sha-256", "-E", "UTF8"]
        secret = data.parent / "password"
        write_private(secret, self.password + "\n")
        if owner is not None:
            shutil.chown(secret, owner)
        words += ["--locale=C.UTF-8", f"--pwfile={secret}"]
        done = subprocess.run(
            [_binary("initdb"), *words, *([] if self.durable else ["--no-sync"])],
            text=True,
            capture_output=True,
            check=False,
            env=_environment(),
            user=owner,
            group=owner,
            extra_groups=None if owner is None else [],
            cwd="/",
        )
        secret.unlink()
        if done.returncode:
            reason = f"PostgreSQL could not create its files in {data}: {done.stderr.strip()}"
            raise CannotError(reason)

    def answers(self) -> bool:
        command = [_binary("pg_isready"), "-q", "-t", "2", "-h", LOOPBACK, "-p", str(self.port)]
        return subprocess.run(command, check=False, env=_environment()).returncode == 0

    def run_script(self, script: Path, env: dict[str, str]) -> None:
        """Run a shell script of psql commands as the superuser."""
        connection = {
            "PGHOST": LOOPBACK,
            "PGPORT": str(self.port),
            "PGPASSWORD": self.password,
            "POSTGRES_USER": self.superuser,
            "POSTGRES_DB": "postgres",
            "PATH": f"{Path(_binary('psql')).parent}:{environment().get('PATH', '/usr/bin:/bin')}",
        }
        done = subprocess.run(
            ["/bin/sh", str(script)],
            env=_environment() | env | connection,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = f"{script.relative_to(ROOT)} failed: {done.stderr.strip()}"
            raise CannotError(reason)


def stop(process: Process) -> None:
    processes.stop(process, how=signal.SIGINT)  # SIGINT is PostgreSQL's fast shutdown


def forget(folder: Path) -> None:
    """Delete the cluster's files, wherever they had to live."""
    shutil.rmtree(_elsewhere(folder), ignore_errors=True)
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _binary(name: str) -> str:
    found = program(name, BINARIES)
    if found is None:
        reason = f"PostgreSQL's {name} is not installed: run `make` commands, they install it"
        raise CannotError(reason)
    return found


def _environment() -> dict[str, str]:
    """Return our environment without PostgreSQL's own variables, which would point elsewhere."""
    return {k: v for k, v in environment().items() if not k.startswith("PG")} | {
        "LC_ALL": "C.UTF-8"
    }


def _owner() -> str | None:
    """Name whom the server must run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def _data_folder(folder: Path, owner: str | None) -> Path:
    """Return the cluster's folder; as root, one that the server's user can reach, linked from `folder`."""
    if owner is None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / "data"
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists() and not _reaches(owner, folder.parent):
        real = _elsewhere(folder)
        # what an earlier clone at this path left there: its passwords went with that clone
        shutil.rmtree(real, ignore_errors=True)
        real.mkdir(parents=True, exist_ok=True, mode=0o711)
        if folder.is_symlink():
            folder.unlink()
        folder.symlink_to(real)
    folder.mkdir(exist_ok=True)
    user = pwd.getpwnam(owner)
    os.chown(folder.resolve(), user.pw_uid, user.pw_gid)
    folder.chmod(0o700)
    return folder.resolve() / "data"


def _elsewhere(folder: Path) -> Path:
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path("/var/lib") / f"autotrack-{mark}"


def _reaches(user: str, folder: Path) -> bool:
    command: Sequence[str] = ["/usr/bin/test", "-x", str(folder)]
    done = subprocess.run(command, check=False, user=user, group=user, extra_groups=[], cwd="/")
    return done.returncode == 0
