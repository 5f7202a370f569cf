"""The programs as an operator sees them: whose database they reach, and how they stop."""

import os
import signal
import time

import asyncpg
import httpx2
import pytest

from deploy.local.databases import SERVICES
from tests.flows.house import FlowHouse

pytestmark = pytest.mark.timeout(300)


class TestDatabases:
    async def test_no_role_reaches_another_services_database(self, house: FlowHouse) -> None:
        port = house.state["ports"]["postgres"]
        reached = []
        for role in SERVICES:
            password = house.plan.secrets[f"{role.upper()}_DB_PASSWORD"]
            for database in (*SERVICES, "postgres"):
                try:
                    connection = await asyncpg.connect(
                        host="127.0.0.1", port=port, user=role, password=password, database=database
                    )
                except asyncpg.InsufficientPrivilegeError:
                    continue
                reached.append((role, database))
                await connection.close()
        assert reached == [(role, role) for role in SERVICES]


def test_each_program_tells_how_it_is_on_its_inner_port_alone(house: FlowHouse) -> None:
    for name in (*SERVICES, "gateway"):
        inner = house.running[name][0].operations
        for path in ("/livez", "/readyz", "/backlog", "/version", "/metrics"):
            answer = httpx2.get(inner + path, trust_env=False)
            assert answer.status_code == 200, (name, path)
        for path in ("/backlog", "/version", "/metrics"):
            outside = httpx2.get(house.url(name) + path, trust_env=False)
            assert outside.status_code == (404 if name == "gateway" else 401), (name, path)


class TestStopping:
    @pytest.mark.parametrize("service", ["vehicles", "notifications"])
    def test_sigterm_ends_a_program_in_order_and_with_status_zero(
        self, house: FlowHouse, service: str
    ) -> None:
        name = house.another(service, 7, roles="web,worker")
        pid = house.running[name][1].pid
        os.kill(pid, signal.SIGTERM)
        began = time.monotonic()
        ended, status = 0, 0
        while not ended and time.monotonic() - began < 30:
            ended, status = os.waitpid(pid, os.WNOHANG)
            time.sleep(0.05)
        assert ended == pid, "did not end within 30 s"
        assert os.waitstatus_to_exitcode(status) == 0
        house.running.pop(name)

    def test_the_house_is_well_without_the_one_that_stopped(self, house: FlowHouse) -> None:
        for name in (*SERVICES, "gateway"):
            assert httpx2.get(house.url(name) + "/readyz", trust_env=False).status_code == 200, name
        health = httpx2.get(house.url("gateway") + "/api/health", trust_env=False)
        assert health.status_code == 200
