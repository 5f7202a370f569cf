"""The local house's own parts, on real processes."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local import databases, house, postgres, processes
from deploy.local.machine import LOOPBACK, CannotError, free_port, new_password, write_private
from deploy.local.postgres import Postgres
from deploy.local.processes import Process
from deploy.local.programs import SIMULATORS
from deploy.local.rabbitmq import password_hash
from deploy.local.record import Running
from deploy.local.secrets_file import new_secrets, read, written
from deploy.simulators.settings import Settings
from shared.settings import inner_port_of

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


class TestProcess:
    def test_is_known_again_and_stopped(self, tmp_path: Path) -> None:
        process = processes.start(SLEEPER, log=tmp_path / "log", env=dict(os.environ))
        assert Process.of(json.loads(json.dumps(process.record()))).alive
        processes.stop(process)
        assert not process.alive

    def test_another_process_with_the_same_pid_is_not_ours(self, tmp_path: Path) -> None:
        process = processes.start(SLEEPER, log=tmp_path / "log", env=dict(os.environ))
        stranger = Process(process.pid, process.started - 1)
        assert not stranger.alive
        processes.stop(stranger)
        assert process.alive
        processes.stop(process)

    def test_start_that_fails_shows_the_log(self, tmp_path: Path) -> None:
        log = tmp_path / "log"
        process = processes.start(
            [sys.executable, "-c", "print('no such database'); raise SystemExit(3)"],
            log=log,
            env=dict(os.environ),
        )
        with pytest.raises(CannotError, match="no such database"):
            processes.wait_until(lambda: False, process=process, what="auth", log=log)


class TestPortsOfTheHouse:
    def test_an_inner_port_is_nobody_elses_though_nobody_listens_there_yet(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A simulator was given the port of a service's inner door, started first, and answered in its name that all was well."""
        monkeypatch.setenv("GATEWAY_PORT", str(free_port()))  # another house may have the usual one
        first = free_port()
        running = Running(ports={"notifications": first, "openai": inner_port_of(first)})
        ports = house._ports(running)
        assert len(set(ports.values())) == len(ports)

    def test_every_simulator_is_given_one(self) -> None:
        """One listened where it always does, and of two houses on a machine the second did not start."""
        listens = {name.removesuffix("_port") for name in Settings.model_fields if "_port" in name}
        assert set(SIMULATORS) == listens


class TestFreePort:
    def test_keeps_the_wanted_one_when_nobody_has_it(self) -> None:
        wanted = free_port()
        assert free_port(wanted) == wanted

    def test_takes_another_when_it_is_taken(self) -> None:
        with socket.socket() as taken:
            taken.bind((LOOPBACK, 0))
            taken.listen()
            port = int(taken.getsockname()[1])
            assert free_port(port) != port


class TestSecrets:
    def test_read_back_what_was_written(self) -> None:
        made = new_secrets()
        assert read(written(made)) == made
        assert len(set(made.values())) == len(made)

    def test_only_their_owner_may_read_them(self, tmp_path: Path) -> None:
        write_private(tmp_path / "secrets.env", "A=b\n")
        assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_broker_password_is_hashed_as_rabbitmq_documents_it() -> None:
    # The example of RabbitMQ's own guide "Credentials and Passwords".
    assert password_hash("test12", bytes.fromhex("908DC60A")) == (
        "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
    )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("cluster") / "postgres"
    server = Postgres(folder, "autotrack", new_password(), free_port(), durable=False)
    process = server.start()
    yield server
    postgres.stop(process)
    postgres.forget(folder)
    assert not server.answers()


@pytest.fixture(scope="module")
def passwords(cluster: Postgres) -> dict[str, str]:
    made = {name: new_password() for name in databases.SERVICES}
    given = {f"{name.upper()}_DB_PASSWORD": password for name, password in made.items()}
    cluster.run_script(databases.INIT, given)
    cluster.run_script(databases.INIT, given)  # a second run changes nothing and does not fail
    return made


@pytest.mark.parametrize("service", databases.SERVICES)
async def test_role_owns_its_database_and_reaches_no_other(
    cluster: Postgres, passwords: dict[str, str], service: str
) -> None:
    def where(database: str) -> str:
        return f"postgresql://{service}:{passwords[service]}@{LOOPBACK}:{cluster.port}/{database}"

    own = await asyncpg.connect(where(service))
    assert await own.fetchval("SHOW server_encoding") == "UTF8"
    await own.execute("CREATE TABLE mine (id int)")
    await own.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for forbidden in ("CREATE DATABASE another", "CREATE ROLE another"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own.execute(forbidden)
    await own.close()
    others = {*databases.SERVICES, "postgres", "template1"} - {service}
    for other in others:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(where(other))


def test_servers_answer_at_once_when_they_run() -> None:
    command = [sys.executable, "-m", "deploy.local", "servers", "--json"]
    first = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    again = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=5).stdout
    )
    assert again == first
    assert first["postgres_dsn"].startswith("postgresql://autotrack_test:")
    assert first["broker_url"].startswith("amqp://")
