"""A whole house for the flow tests: its own PostgreSQL and RabbitMQ, seven programs as processes, the simulators."""

import dataclasses
import os
import shutil
import signal
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

import asyncpg
import httpx2

from deploy.local import databases, processes, programs
from deploy.local.databases import SERVICES
from deploy.local.machine import LOCAL, free_port
from deploy.local.processes import Process
from deploy.local.programs import GATEWAY, PYTHON, SIMULATORS, House, Program
from deploy.local.record import answers
from deploy.local.secrets_file import new_secrets
from deploy.local.servers import Servers

FOLDER = LOCAL / "test" / f"flows-{os.getpid()}"

NOTICED_SECONDS = 0.6
"""Every program hears of it when the clock is moved, or asks a quarter of a second after it last heard."""
ADMINISTRATOR = "head.of.house@example.org"
"""Whoever registers under this address is the house's first administrator."""
PATIENT = {
    f"AUTOTRACK_RATE_{name}": "100000"
    for name in ("IP", "USER", "KEY", "CREDENTIAL", "UPLOAD", "ASSISTANT", "VISITOR")
}
"""One address asks for everybody here, of every operation; rates have tests of their own."""


@dataclass
class FlowHouse:
    """Programs by name; more workers of a service carry a number (`notifications-2`)."""

    servers: Servers
    state: dict[str, Any]
    plan: House
    running: dict[str, tuple[Program, Process]] = field(default_factory=dict)

    @classmethod
    def build(cls) -> "FlowHouse":
        servers = Servers(folder=FOLDER, superuser="autotrack_flows", durable=False)
        state = servers.ensure()
        secrets = new_secrets()
        given = databases.passwords(secrets)
        names = {f"{name.upper()}_DB_PASSWORD": password for name, password in given.items()}
        servers.postgres(state).run_script(databases.INIT, names)
        databases.migrate(list(SERVICES), port=state["ports"]["postgres"], passwords=given)
        ports = {name: free_port() for name in (*SERVICES, GATEWAY, *SIMULATORS)}
        house = cls(servers, state, House(ports=ports, secrets=secrets, servers=state))
        house._start_all()
        return house

    def _start_all(self) -> None:
        self._launch(programs.simulators(self.plan))
        self.wait("simulators", "/livez")
        for name in SERVICES:
            self._launch(self.program(name))
        gateway = programs.gateway(self.plan)
        self._launch(dataclasses.replace(gateway, settings=gateway.settings | PATIENT))
        for name in (*SERVICES, GATEWAY):
            self.wait(name)

    def program(self, name: str, **settings: str) -> Program:
        program = programs.service(self.plan, name)
        own = {
            "AUTOTRACK_BLOB_DIR": str(FOLDER / "documents"),
            "AUTOTRACK_BLOBS_DIR": str(FOLDER / "documents"),
            "AUTOTRACK_DRAIN_SECONDS": "3",
        }
        if name == "auth":
            own["AUTOTRACK_ADMIN_EMAILS"] = ADMINISTRATOR
        return dataclasses.replace(program, settings=program.settings | own | settings)

    def launch(self, program: Program, name: str) -> str:
        """One more process, under this name; `wait` tells when it is ready."""
        self._launch(program, name)
        return name

    def _launch(self, program: Program, name: str | None = None) -> Process:
        name = name or program.name
        log = FOLDER / "logs" / f"{name}.log"
        process = processes.start(
            [str(PYTHON), "-m", program.module], log=log, env=program.environment()
        )
        self.running[name] = (program, process)
        return process

    def another(self, service: str, number: int, *, roles: str = "worker") -> str:
        """One more process of a service on a port of its own; returns its name."""
        port = free_port()
        program = self.program(service, AUTOTRACK_ROLES=roles, AUTOTRACK_PORT=str(port))
        name = f"{service}-{number}"
        self._launch(dataclasses.replace(program, port=port), name)
        self.wait(name)
        return name

    def another_gateway(self, number: int, **settings: str) -> str:
        """One more replica of the gateway, perhaps with other settings; returns its name."""
        port = free_port()
        whole = programs.gateway(self.plan)
        changed = whole.settings | settings | {"AUTOTRACK_PORT": str(port)}
        name = f"gateway-{number}"
        self._launch(dataclasses.replace(whole, port=port, settings=changed), name)
        self.wait(name)
        return name

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.running[name][0].port}"

    def wait(self, name: str, path: str = "/readyz") -> None:
        program, process = self.running[name]
        address = f"http://127.0.0.1:{program.port}{path}"
        log = FOLDER / "logs" / f"{name}.log"
        processes.wait_until(lambda: answers(address), process=process, what=name, log=log)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        process = self.running[name][1]
        os.kill(process.pid, how)
        until = time.monotonic() + 30
        while process.alive and time.monotonic() < until:
            os.waitpid(process.pid, os.WNOHANG)
            time.sleep(0.02)

    def start(self, name: str) -> None:
        """Start again what was killed."""
        self._launch(self.running[name][0], name)
        self.wait(name)

    def stop(self, name: str) -> None:
        processes.stop(self.running.pop(name)[1])

    def advance(self, by: timedelta) -> None:
        """Move everybody's business time; the clock only goes forward."""
        address = f"{self.plan.url('clock')}/clock"
        answer = httpx2.post(address, json={"advance_seconds": by.total_seconds()}, trust_env=False)
        answer.raise_for_status()

    def now(self) -> datetime:
        address = f"{self.plan.url('clock')}/clock"
        return datetime.fromisoformat(httpx2.get(address, trust_env=False).json()["now"])

    def advance_to(self, moment: time_of_day, *, days: int = 0) -> datetime:
        """To the next such time (UTC), `days` later: what depends on the hour does not depend on when the tests run."""
        now = self.now()
        then = datetime.combine(now.date() + timedelta(days=days), moment, UTC)
        then = then if then > now else then + timedelta(days=1)
        self.advance(then - now)
        time.sleep(NOTICED_SECONDS)
        return then

    def stop_broker(self) -> None:
        self.servers.stop_broker()

    def start_broker(self) -> None:
        self.state = self.servers.ensure()

    def log_lines(self) -> list[str]:
        return [
            line
            for path in sorted((FOLDER / "logs").glob("*.log"))
            for line in path.read_text(errors="replace").splitlines()
        ]

    async def connect(self, service: str) -> Any:
        """A superuser's connection to a service's database, to look and to count."""
        dsn = self.servers.postgres(self.state).dsn()
        return await asyncpg.connect(dsn.rpartition("/")[0] + f"/{service}")

    def end(self) -> None:
        processes.stop(*(process for _, process in self.running.values()), how=signal.SIGKILL)
        self.servers.stop()
        if not os.environ.get("AUTOTRACK_KEEP_FLOWS"):
            shutil.rmtree(FOLDER, ignore_errors=True)
