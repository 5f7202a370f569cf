"""What the Makefile runs beside the house itself: the tests, each service's dead letters, a new signing key."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from deploy.local.databases import SERVICES, database_url
from deploy.local.machine import ROOT, CannotError, environment, say
from deploy.local.record import read_published
from deploy.local.secrets_file import secrets_of_the_house
from deploy.local.servers import HOUSE, TESTS

WHOLE = ("-n", "3", "--dist", "loadscope", "--no-loadscope-reorder", "-q")
"""All tests, for two cores: one of the three has the flows, which mostly wait for something to happen."""
CHECKS = ("make", "check")


def test(words: Sequence[str]) -> int:
    """Run pytest; the private servers it needs are stopped afterwards unless they ran before."""
    with _servers():
        return subprocess.run(_pytest(words), cwd=ROOT, check=False).returncode


def prove(words: Sequence[str]) -> int:
    """Run the checks beside pytest, for tests often wait. What they find is told at once, and that they failed once more at the end."""
    with _servers(), subprocess.Popen(_pytest(words), cwd=ROOT) as tests:
        checks = subprocess.run(
            CHECKS,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if checks.returncode:
            say(f"\n{checks.stdout}")
        failed = tests.wait()
    say(f"make check: {'failed, see above' if checks.returncode else 'all in order'}")
    return failed or checks.returncode


def _pytest(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *(words or WHOLE)]


@contextmanager
def _servers() -> Iterator[None]:
    ran_before = TESTS.running()
    try:
        TESTS.ensure()
        yield
    finally:
        if not ran_before:
            TESTS.stop()


def exchange_rates(words: Sequence[str]) -> int:
    """Load a table of the ECB's into the database of vehicles."""
    if not HOUSE.running():
        reason = "The house is down; `make up` starts it."
        raise CannotError(reason)
    password = secrets_of_the_house()["VEHICLES_DB_PASSWORD"]
    url = database_url("vehicles", port=HOUSE.state()["ports"]["postgres"], password=password)
    done = subprocess.run(
        [sys.executable, "-m", "services.vehicles.jobs.exchange_rates", *words],
        cwd=ROOT,
        env=environment() | {"AUTOTRACK_DATABASE_URL": url},
        check=False,
    )
    return done.returncode


def dead_letters(service: str | None, words: Sequence[str]) -> int:
    """Run the kernel's tool on one service's database, or on all six."""
    state = HOUSE.state()
    if not HOUSE.running():
        reason = "The house is down; `make up` starts it."
        raise CannotError(reason)
    chosen = [word for word in words if word != "--"] or ["list"]
    if service is None and chosen[0] != "list":
        reason = f"Say which service's: make dead-letters SERVICE=… ARGS='{' '.join(chosen)}'"
        raise CannotError(reason)
    secrets = secrets_of_the_house()
    worst = 0
    for name in SERVICES if service is None else [service]:
        password = secrets[f"{name.upper()}_DB_PASSWORD"]
        url = database_url(name, port=state["ports"]["postgres"], password=password)
        say(f"{name}:")
        done = subprocess.run(
            [sys.executable, "-m", "shared.bus.dead_letters", *chosen],
            cwd=ROOT,
            env=environment() | {"AUTOTRACK_DATABASE_URL": url},
            check=False,
        )
        worst = max(worst, done.returncode)
    return worst


def rotate_keys() -> int:
    """Put the next signing key of auth in place now; the running services notice nothing."""
    published, state = read_published(), HOUSE.state()
    if not HOUSE.running() or not published:
        reason = "The house is down; `make up` starts it."
        raise CannotError(reason)
    secrets = secrets_of_the_house()
    url = database_url(
        "auth", port=state["ports"]["postgres"], password=secrets["AUTH_DB_PASSWORD"]
    )
    settings = {
        "AUTOTRACK_ENVIRONMENT": "development",
        "AUTOTRACK_DATABASE_URL": url,
        "AUTOTRACK_CLOCK_URL": published["simulators"]["clock"],
        "AUTOTRACK_KEY_ENCRYPTION_KEY": secrets["KEY_ENCRYPTION_KEY"],
        "AUTOTRACK_INTERNAL_PUBLIC_KEYS": secrets["INTERNAL_PUBLIC_KEY"],
    }
    command = [sys.executable, "-m", "services.auth.main", "rotate-keys"]
    return subprocess.run(command, cwd=ROOT, env=environment() | settings, check=False).returncode
