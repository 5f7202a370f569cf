"""A RabbitMQ broker of this checkout's own, with its own port mapper: nothing is shared with another broker on the machine."""

import base64
import hashlib
import json
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from deploy.local import processes
from deploy.local.machine import LOOPBACK, CannotError, environment, program, write_private
from deploy.local.processes import Process

BINARIES = ("/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin")
HEADER = b"AMQP\x00\x00\x09\x01"
VHOST = "autotrack"
USER = "autotrack"


@dataclass(frozen=True, slots=True)
class Ports:
    """The four doors of a broker, all on the loopback."""

    amqp: int
    management: int
    distribution: int
    epmd: int


@dataclass(frozen=True, slots=True)
class RabbitMQ:
    """One private node in `folder`."""

    folder: Path
    password: str
    ports: Ports

    @property
    def log(self) -> Path:
        return self.folder.parent / "logs" / "rabbitmq.log"

    def url(self) -> str:
        return f"amqp://{USER}:{self.password}@{LOOPBACK}:{self.ports.amqp}/{VHOST}"

    def management_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports.management}"

    def start_epmd(self) -> Process:
        """Start Erlang's port mapper as a child with a known pid; the node would leave a daemon behind."""
        epmd = program("epmd", "/usr/lib/erlang/erts-*/bin")
        if epmd is None:
            reason = "Erlang's epmd is not installed: run `make` commands, they install it"
            raise CannotError(reason)
        command = [epmd, "-port", str(self.ports.epmd), "-address", LOOPBACK]
        process = processes.start(command, log=self.log, env=self._environment())
        processes.wait_until(
            lambda: _listens(self.ports.epmd), process=process, what="epmd", log=self.log
        )
        return process

    def start(self) -> Process:
        server = program("rabbitmq-server", *BINARIES)
        if server is None:
            reason = "RabbitMQ is not installed: run `make` commands, they install it"
            raise CannotError(reason)
        self._configure()
        process = processes.start([server], log=self.log, env=self._environment())
        processes.wait_until(self.answers, process=process, what="RabbitMQ", log=self.log)
        return process

    def answers(self) -> bool:
        """Tell whether the broker greets us: it opens its listeners last, after the definitions."""
        try:
            with socket.create_connection((LOOPBACK, self.ports.amqp), timeout=2) as connection:
                connection.sendall(HEADER)
                return len(connection.recv(8)) > 0
        except OSError:
            return False

    def _configure(self) -> None:
        for name in ("home", "mnesia", "schema"):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        write_private(self.folder / "enabled_plugins", "[rabbitmq_management].\n")
        write_private(self.folder / "env.conf", "")
        write_private(self.folder / "definitions.json", json.dumps(definitions(self.password)))
        lines = (
            f"listeners.tcp.1 = {LOOPBACK}:{self.ports.amqp}",
            f"management.tcp.ip = {LOOPBACK}",
            f"management.tcp.port = {self.ports.management}",
            f"load_definitions = {self.folder / 'definitions.json'}",
            "disk_free_limit.absolute = 50MB",
            "log.file = false",
            "log.console = true",
            "log.console.level = warning",
        )
        write_private(self.folder / "rabbitmq.conf", "\n".join(lines) + "\n")

    def _environment(self) -> dict[str, str]:
        folder = self.folder
        inherited = {
            name: value
            for name, value in environment().items()
            if not name.startswith(("RABBITMQ_", "ERL_")) and name != "NOTIFY_SOCKET"
        }
        return (
            inherited
            | {
                "HOME": str(folder / "home"),
                "LC_ALL": "C.UTF-8",
                "ERL_EPMD_PORT": str(self.ports.epmd),
                "ERL_EPMD_ADDRESS": LOOPBACK,
                "ERL_CRASH_DUMP": str(folder / "erl_crash.dump"),
                "ERL_CRASH_DUMP_SECONDS": "0",
                "RABBITMQ_USE_LONGNAME": "true",  # "@127.0.0.1" needs no name service, "@localhost" does
                "RABBITMQ_NODENAME": f"autotrack-{self.ports.epmd}@{LOOPBACK}",
                "RABBITMQ_DIST_PORT": str(self.ports.distribution),
                "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
                "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
                "RABBITMQ_CONF_ENV_FILE": str(folder / "env.conf"),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
                "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "schema"),
                "RABBITMQ_SCHEMA_DIR": str(folder / "schema"),
                "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
                "RABBITMQ_MNESIA_DIR": str(folder / "mnesia" / "node"),
                "RABBITMQ_PLUGINS_EXPAND_DIR": str(folder / "mnesia" / "plugins"),
                "RABBITMQ_FEATURE_FLAGS_FILE": str(folder / "mnesia" / "feature_flags"),
                "RABBITMQ_LOG_BASE": str(folder),
                "RABBITMQ_PID_FILE": str(folder / "pid"),
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                    "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
                ),
                "RUNNING_UNDER_SYSTEMD": "true",  # replaces the start script by the node: its pid is ours
            }
        )


def forget(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def definitions(password: str) -> dict[str, object]:
    """Describe the broker's one user and virtual host, as RabbitMQ loads them at every start."""
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "users": [
            {
                "name": USER,
                "password_hash": password_hash(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator"],
            }
        ],
        "vhosts": [{"name": VHOST}],
        "permissions": [{"user": USER, "vhost": VHOST, **everything}],
    }


def password_hash(password: str, salt: bytes | None = None) -> str:
    """Hash as RabbitMQ does: four bytes of salt, then SHA-256 of salt and password."""
    salt = salt or os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
