"""The private PostgreSQL and RabbitMQ: one durable pair for the house, one throw-away pair for the tests."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import postgres, processes, rabbitmq
from deploy.local.machine import LOCAL, free_port, new_password, only_one, write_private
from deploy.local.postgres import Postgres
from deploy.local.processes import Process
from deploy.local.rabbitmq import Ports, RabbitMQ

PORTS = ("postgres", "amqp", "management", "distribution", "epmd")
STOP_ORDER = ("rabbitmq", "epmd", "postgres")


@dataclass(frozen=True, slots=True)
class Servers:
    """A pair of servers in `folder`; what runs is written to `servers.json` there, readable by its owner only."""

    folder: Path
    superuser: str
    durable: bool

    @property
    def state_file(self) -> Path:
        return self.folder / "servers.json"

    def ensure(self) -> dict[str, Any]:
        """Start what does not run; return ports, passwords and processes."""
        with only_one(f"servers-{self.superuser}"):
            state = self.state()
            if self.running():
                return state
            state = self._ports(state)
            for name in ("postgres", "epmd", "rabbitmq"):
                if not self.process(state, name).alive:
                    state["processes"][name] = self._start(name, state).record()
                    self._write(state)
            return state

    def stop(self) -> list[str]:
        """Stop what runs; return the names of what was stopped."""
        with only_one(f"servers-{self.superuser}"):
            state = self.state()
            running = [name for name in STOP_ORDER if self.process(state, name).alive]
            for name in running:
                process = self.process(state, name)
                (postgres.stop if name == "postgres" else processes.stop)(process)
            if running:
                self._write({**state, "processes": {}})
            return running

    def running(self) -> bool:
        state = self.state()
        return all(self.process(state, name).alive for name in STOP_ORDER)

    def forget(self) -> None:
        """Stop the pair and delete its data."""
        self.stop()
        postgres.forget(self.folder / "postgres")
        rabbitmq.forget(self.folder / "rabbitmq")
        self.state_file.unlink(missing_ok=True)

    def stop_broker(self) -> None:
        """Stop RabbitMQ alone, as a flow test does."""
        state = self.state()
        processes.stop(self.process(state, "rabbitmq"))

    def state(self) -> dict[str, Any]:
        if not self.state_file.exists():
            return {"ports": {}, "passwords": {}, "processes": {}}
        found: dict[str, Any] = json.loads(self.state_file.read_text())
        return found

    def process(self, state: dict[str, Any], name: str) -> Process:
        return Process.of(state["processes"].get(name, {"pid": 0, "started": 0}))

    def postgres(self, state: dict[str, Any]) -> Postgres:
        return Postgres(
            folder=self.folder / "postgres",
            superuser=self.superuser,
            password=state["passwords"]["postgres"],
            port=state["ports"]["postgres"],
            durable=self.durable,
        )

    def rabbitmq(self, state: dict[str, Any]) -> RabbitMQ:
        ports = {name: port for name, port in state["ports"].items() if name != "postgres"}
        return RabbitMQ(
            folder=self.folder / "rabbitmq",
            password=state["passwords"]["rabbitmq"],
            ports=Ports(**ports),
        )

    def _start(self, name: str, state: dict[str, Any]) -> Process:
        match name:
            case "postgres":
                return self.postgres(state).start()
            case "epmd":
                return self.rabbitmq(state).start_epmd()
            case _:
                return self.rabbitmq(state).start()

    def _ports(self, state: dict[str, Any]) -> dict[str, Any]:
        """Keep passwords for ever, and the ports of last time unless somebody took them."""
        passwords = {name: new_password() for name in ("postgres", "rabbitmq")}
        owners = {"postgres": "postgres", "epmd": "epmd"}
        ports = {}
        for name in PORTS:
            known = state["ports"].get(name)
            running = self.process(state, owners.get(name, "rabbitmq")).alive
            ports[name] = known if running and known else free_port(known)
        fresh = {**state, "ports": ports, "passwords": passwords | state["passwords"]}
        self._write(fresh)
        return fresh

    def _write(self, state: dict[str, Any]) -> None:
        write_private(self.state_file, json.dumps(state, indent=2))


HOUSE = Servers(folder=LOCAL, superuser="autotrack", durable=True)
TESTS = Servers(folder=LOCAL / "test", superuser="autotrack_test", durable=False)


def answer(servers: Servers) -> dict[str, Any]:
    """Start the pair and tell how to reach it."""
    state = servers.ensure()
    broker = servers.rabbitmq(state)
    return {
        "postgres_dsn": servers.postgres(state).dsn(),
        "broker_url": broker.url(),
        "management_url": broker.management_url(),
        "pids": {name: record["pid"] for name, record in state["processes"].items()},
    }
