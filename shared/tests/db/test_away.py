"""The database goes away at every step of a request: the answer is 503 with Retry-After, and afterwards all is well again."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from deploy.local import postgres
from deploy.local.machine import LOOPBACK, free_port, new_password
from deploy.local.postgres import Postgres
from deploy.local.processes import Process
from shared.clock import SystemClock
from shared.db.away import DatabaseUnreachable, is_database_away
from shared.ids import new_id
from shared.security.tokens import PrivateKey
from shared.testing.client import Callers
from shared.testing.cut_line import Cut, Line, line_to
from shared.testing.postgres import create_database, url_of
from shared.tests.conftest import build

pytestmark = pytest.mark.timeout(180)
LONGEST_REQUEST = 40
"""Messages a request sends to the database, at the very most."""


def is_well(answer: Any) -> bool:
    if answer.status_code == 503:
        return "retry-after" in answer.headers and answer.json()["code"] in {
            "unavailable",
            "outcome_unknown",
        }
    return bool(answer.status_code < 500)


@asynccontextmanager
async def served(env: dict[str, Any], key: PrivateKey) -> AsyncIterator[Callers]:
    app = build(env, SystemClock())
    async with app.router.lifespan_context(app):
        callers = Callers(app, key, "kernel")
        yield callers
        await callers.close()


async def write(call: Callers, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return await call.free.post("/api/notes/many", json={"text": "a"}, headers=headers)


class TestCutLine:
    @pytest.mark.parametrize("how", list(Cut))
    @pytest.mark.parametrize("is_warm", [False, True])
    async def test_every_step_of_a_request_is_503_or_done(
        self,
        settings_env: dict[str, Any],
        database: Any,
        gateway_key: Any,
        how: Cut,
        *,
        is_warm: bool,
    ) -> None:
        """From the first message of a new connection, or the first on one that was used before, to the one after the commit."""
        url = make_url(database.url)
        assert url.host
        assert url.port
        async with line_to(url.host, url.port) as (line, port):
            env = settings_env | {
                "database_url": url.set(host=LOOPBACK, port=port).render_as_string(False)
            }
            broken = await self._walk(line, env, gateway_key, how, is_warm=is_warm)
        assert broken > 3

    async def _walk(
        self, line: Line, env: dict[str, Any], key: PrivateKey, how: Cut, *, is_warm: bool
    ) -> int:
        for step in range(1, LONGEST_REQUEST):
            async with served(env, key) as call:
                if is_warm:
                    assert (await write(call)).status_code == 201
                word = str(new_id())
                line.cut_at(step, how)
                answer = await write(call, word)
                was_cut = line.is_cut
                line.mend()
                assert is_well(answer), f"{how} at {step}: {answer.status_code} {answer.text}"
                again = await write(call, word)
                assert again.status_code == 201, f"{how} at {step}, again: {again.text}"
                if not was_cut:
                    return step
        pytest.fail("a request that never ends")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Cluster"]:
    folder = tmp_path_factory.mktemp("away") / "postgres"
    running = Cluster(Postgres(folder, "autotrack", new_password(), free_port(), durable=False))
    yield running
    postgres.stop(running.process)
    postgres.forget(folder)


class Cluster:
    """One that may be ended, and started again."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.process: Process = server.start()

    def stop(self) -> None:
        postgres.stop(self.process)

    def start(self) -> None:
        self.process = self.server.start()

    async def backend_dies(self) -> None:
        """As when the system kills one of its processes: PostgreSQL ends all others, and recovers."""
        connection = await asyncpg.connect(self.server.dsn())
        pid = connection.get_server_pid()
        os.kill(pid, signal.SIGKILL)


class TestServerEnds:
    @pytest.mark.parametrize("how", ["stop", "kill"])
    async def test_under_load_every_answer_is_done_or_503(
        self,
        settings_env: dict[str, Any],
        cluster: Cluster,
        gateway_key: PrivateKey,
        prepare_database: Callable[[str, str], Any],
        how: str,
    ) -> None:
        await create_database(cluster.server.dsn(), f"away_{how}")
        url = url_of(cluster.server.dsn(), f"away_{how}")
        await prepare_database("kernel", url)
        async with served(
            settings_env | {"database_url": url, "pool_size": 6}, gateway_key
        ) as call:
            answers = await self._load(call, cluster, how)
            seen = Counter(answer.status_code for answer in answers)
            assert all(map(is_well, answers)), [
                (answer.status_code, answer.text) for answer in answers if not is_well(answer)
            ][:3]
            assert seen[201] > 20
            assert seen[503]  # it was away; how many noticed depends on how quickly it came back
            assert (await write(call)).status_code == 201

    async def _load(self, call: Callers, cluster: Cluster, how: str) -> list[Any]:
        answers: list[Any] = []
        is_over = asyncio.Event()

        async def ask() -> None:
            while not is_over.is_set() and len(answers) < 4000:
                answers.append(await write(call, str(new_id())))
                if answers[-1].status_code == 503:
                    await asyncio.sleep(0.05)

        asking = [asyncio.create_task(ask()) for _ in range(8)]
        async with asyncio.timeout(60):
            while len(answers) < 40:  # noqa: ASYNC110 - on a busy machine a second is not enough
                await asyncio.sleep(0.05)
        if how == "stop":
            await asyncio.to_thread(cluster.stop)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(cluster.start)
        else:
            await cluster.backend_dies()
            await asyncio.sleep(1)
        await self._until_well(call)
        is_over.set()
        await asyncio.gather(*asking)
        return answers

    async def _until_well(self, call: Callers) -> None:
        async with asyncio.timeout(30):
            while (await write(call)).status_code != 201:  # noqa: ASYNC110 - nobody tells when
                await asyncio.sleep(0.2)


def raised_from(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def instead_of(error: Exception, handled: Exception) -> Exception:
    """As `raise error from None` makes it."""
    error.__context__, error.__cause__ = handled, None
    return error


class TestIsDatabaseAway:
    @pytest.mark.parametrize(
        "error",
        [
            asyncpg.AdminShutdownError("x"),
            asyncpg.CannotConnectNowError("x"),
            asyncpg.CrashShutdownError("x"),
            asyncpg.ConnectionDoesNotExistError("x"),
            asyncpg.TooManyConnectionsError("x"),
            asyncpg.InternalClientError("x"),
            asyncpg.InterfaceError(
                "cannot call Transaction.commit(): the underlying connection is closed"
            ),
            DatabaseUnreachable("x"),
            ConnectionResetError(),
            TimeoutError(),
            InvalidRequestError("This connection is closed"),
            DBAPIError("x", {}, raised_from(Exception("x"), asyncpg.AdminShutdownError("x"))),
            raised_from(KeyError("x"), ConnectionResetError()),
            ExceptionGroup("x", [ValueError(), ConnectionRefusedError()]),
        ],
        ids=repr,
    )
    def test_it_is_known_in_any_wrapping(self, error: Exception) -> None:
        assert is_database_away(error)

    @pytest.mark.parametrize(
        "error",
        [
            asyncpg.UniqueViolationError("x"),
            asyncpg.QueryCanceledError("x"),
            asyncpg.DataError("x"),
            asyncpg.InterfaceError("cannot start; the transaction is already started"),
            FileNotFoundError("x"),
            InvalidRequestError("x"),
            KeyError("x"),
            instead_of(KeyError("x"), TimeoutError()),
        ],
        ids=repr,
    )
    def test_other_faults_stay_what_they_are(self, error: Exception) -> None:
        assert not is_database_away(error)
