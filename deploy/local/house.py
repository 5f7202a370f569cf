"""The house on this machine: start it, stop it, forget it."""

import json
import shutil
import time
import urllib.request
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from deploy.local import databases, processes, programs, record
from deploy.local.databases import SERVICES
from deploy.local.machine import LOCAL, CannotError, environment, free_port, only_one, say
from deploy.local.programs import GATEWAY, SIMULATORS, House, Program, inner
from deploy.local.record import Running, answers
from deploy.local.secrets_file import FILE as SECRETS_FILE
from deploy.local.secrets_file import secrets_of_the_house
from deploy.local.servers import HOUSE, TESTS
from shared.settings import inner_port_of

CLOCK_MEMORY = LOCAL / "clock.json"
FIXED = {GATEWAY: 8080, "mailbox": 8025, "stripe": 12111}


ALL = (*SERVICES, GATEWAY, "simulators")


def up(wanted: Collection[str] = ALL) -> None:
    """Start what does not run or has changed since; return when all of them are ready."""
    with only_one("house"):
        began = time.monotonic()
        running = Running.read()
        running.ports = _ports(running)
        if not HOUSE.running():
            say("Starting PostgreSQL and RabbitMQ …")
        servers = HOUSE.ensure()
        secrets = secrets_of_the_house()
        (LOCAL / "documents").mkdir(mode=0o700, exist_ok=True)  # people's papers
        services = [name for name in SERVICES if name in wanted]
        databases.prepare(servers, databases.passwords(secrets), services)
        house = House(ports=running.ports, secrets=secrets, servers=servers)
        started = _start(house, running, wanted)
        what = "Ready" if started else "Everything runs already"
        say(f"{what} ({time.monotonic() - began:.1f} s): {house.url(GATEWAY)}")


def down(*, tests: bool = True) -> list[str]:
    """Stop all that runs here, the tests' servers too unless told otherwise; data stays."""
    with only_one("house"):
        running = Running.read()
        alive = running.alive()
        _remember_clock(running)
        processes.stop(*alive.values())
        running.forget()
        return [*alive, *HOUSE.stop(), *(TESTS.stop() if tests else [])]


def reset(*, tests: bool = True) -> None:
    """Stop everything and forget all data, keys and passwords."""
    down(tests=tests)
    HOUSE.forget()
    if tests:
        TESTS.forget()
        shutil.rmtree(TESTS.folder, ignore_errors=True)
    for name in ("documents", "logs"):
        shutil.rmtree(LOCAL / name, ignore_errors=True)
    for path in (SECRETS_FILE, databases.STAMP, CLOCK_MEMORY, LOCAL / "demo.json"):
        path.unlink(missing_ok=True)


def migrate() -> None:
    """Bring the six databases up to date without starting the services."""
    with only_one("house"):
        databases.prepare(HOUSE.ensure(), databases.passwords(secrets_of_the_house()), SERVICES)


@contextmanager
def more_workers(services: Sequence[str], *, each: int) -> Iterator[list[str]]:
    """Run some more workers beside the house's own for a while."""
    with only_one("house"):
        running = Running.read()
        names = [f"{name}-worker-{number}" for name in services for number in range(2, each + 2)]
        running.ports |= {name: free_port() for name in names if name not in running.alive()}
        house = House(running.ports, secrets_of_the_house(), HOUSE.state())
        wanted = [
            programs.worker(house, name, number)
            for name in services
            for number in range(2, each + 2)
        ]
        _ensure(wanted, running, path="/readyz")
        record.publish(house, running)
    try:
        yield names
    finally:
        _dismiss(names, house)


@contextmanager
def a_model() -> Iterator[None]:
    """Let the assistant speak with the language model simulator for a while."""
    try:
        _assistant(simulated=True)
        yield
    finally:
        _assistant(simulated=False)


def _assistant(*, simulated: bool) -> None:
    with only_one("house"):
        running = Running.read()
        house = House(running.ports, secrets_of_the_house(), HOUSE.state())
        if simulated:
            house.model["openai_base_url"] = house.url("openai") + "/v1"
            house.model["openai_api_key"] = "simulated"
        _ensure([programs.service(house, "ai")], running, path="/readyz")
        record.publish(house, running)


def _dismiss(names: list[str], house: House) -> None:
    with only_one("house"):
        running = Running.read()
        processes.stop(*(process for name, process in running.alive().items() if name in names))
        for name in names:
            running.programs.pop(name, None)
            running.ports.pop(name, None)
        running.write()
        record.publish(house, running)


def _start(house: House, running: Running, wanted: Collection[str]) -> list[str]:
    _remember_clock(running)
    simulators = [programs.simulators(house)] if "simulators" in wanted else []
    started = _ensure(simulators, running, path="/livez", tell=True)
    if started:
        _restore_clock(house.url("clock"))
    rest = [programs.service(house, name) for name in SERVICES if name in wanted]
    rest += [programs.gateway(house)] if GATEWAY in wanted else []
    started += _ensure(rest, running, path="/readyz", tell=True)
    record.publish(house, running)
    return started


def _ensure(wanted: list[Program], running: Running, *, path: str, tell: bool = False) -> list[str]:
    """Start, all at once, the programs that do not run as they should; wait until each is ready."""
    marks = {program.name: program.fingerprint() for program in wanted}
    alive = running.alive()
    due = [
        program
        for program in wanted
        if program.name not in alive
        or running.programs[program.name]["fingerprint"] != marks[program.name]
        or not answers(running.programs[program.name]["url"] + "/livez")
    ]
    if due and tell:
        say(f"Starting {', '.join(program.name for program in due)} …")
    processes.stop(*(alive[program.name] for program in due if program.name in alive))
    for program in due:
        command = [str(programs.PYTHON), "-m", program.module]
        process = processes.start(command, log=program.log, env=program.environment())
        running.note(program, process, marks[program.name])
    for program in wanted:
        _wait(program, running, path)
    return [program.name for program in due]


def _wait(program: Program, running: Running, path: str) -> None:
    processes.wait_until(
        lambda: answers(running.programs[program.name]["url"] + path),
        process=running.process(program.name),
        what=program.name,
        log=program.log,
    )


def _ports(running: Running) -> dict[str, int]:
    """Keep the ports in use, take the fixed ones, choose the others among the free."""
    alive = running.alive()
    ports = {}
    for name in (*SERVICES, GATEWAY, *SIMULATORS):
        known = running.ports.get(name)
        if known and (name in alive or (name in SIMULATORS and "simulators" in alive)):
            ports[name] = known
            continue
        wanted = _fixed(name) or known
        ports[name] = free_port(wanted)
        if name in FIXED and ports[name] != wanted:
            reason = (
                f"Port {wanted} ({name}) is taken by another program: stop it, "
                f"or choose another port: {name.upper()}_PORT=… make up"
            )
            raise CannotError(reason)
    for name in (*SERVICES, GATEWAY):
        known = running.ports.get(inner(name)) if name in alive else None
        usual = inner_port_of(ports[name])  # or somebody's who does not listen yet
        ports[inner(name)] = known or free_port(None if usual in ports.values() else usual)
    return ports


def _fixed(name: str) -> int | None:
    return int(environment().get(f"{name.upper()}_PORT", FIXED[name])) if name in FIXED else None


def _remember_clock(running: Running) -> None:
    """Note how far the demo's time has moved: data from that future must not meet an older clock."""
    if not running.process("simulators").alive:
        return
    try:
        url = f"http://127.0.0.1:{running.ports['clock']}/clock"
        with urllib.request.urlopen(url, timeout=5) as answer:
            CLOCK_MEMORY.write_bytes(answer.read())
    except OSError:
        return


def _restore_clock(url: str) -> None:
    seconds = json.loads(CLOCK_MEMORY.read_text())["offset_seconds"] if CLOCK_MEMORY.exists() else 0
    if seconds:
        body = json.dumps({"advance_seconds": seconds}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{url}/clock", data=body, headers=headers)  # noqa: S310 - ours
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - our own http address
