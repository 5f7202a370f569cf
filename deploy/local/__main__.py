"""`python -m deploy.local <command>`: what the Makefile calls."""

import argparse
import json
import sys
from collections.abc import Callable

from deploy.local.machine import CannotError, say
from deploy.local.servers import HOUSE, TESTS, answer


def main() -> int:
    chosen = parser().parse_args()
    try:
        command: Callable[[argparse.Namespace], int] = chosen.run
        return command(chosen)
    except CannotError as cannot:
        sys.stderr.write(f"{cannot}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m deploy.local")
    commands = top.add_subparsers(required=True)
    start = commands.add_parser("up", help="start the house")
    start.add_argument("--only", default="", help="some programs only: auth,vehicles,gateway")
    start.set_defaults(run=up)
    for run in (down, status, reset, migrate):
        commands.add_parser(run.__name__).set_defaults(run=run)
    pair = commands.add_parser("servers", help="start the private servers, print how to reach them")
    pair.add_argument("action", nargs="?", default="start", choices=["start", "stop", "stop-broker"])
    pair.add_argument("--house", action="store_true", help="the house's pair, not the tests'")
    pair.add_argument("--json", action="store_true", help="one JSON object (always so)")
    pair.set_defaults(run=servers)
    return top


# Each command imports what it needs when it runs: `servers` answers in a tenth of a second, and
# works before the rest of the house does.


def servers(chosen: argparse.Namespace) -> int:
    pair = HOUSE if chosen.house else TESTS
    match chosen.action:
        case "stop":
            pair.stop()
        case "stop-broker":
            pair.stop_broker()
        case _:
            say(json.dumps(answer(pair)))
    return 0


def up(chosen: argparse.Namespace) -> int:
    from deploy.local import house

    house.up(chosen.only.split(",") if chosen.only else house.ALL)
    return 0


def down(_: argparse.Namespace) -> int:
    from deploy.local import house

    stopped = house.down()
    say(f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def reset(_: argparse.Namespace) -> int:
    from deploy.local import house

    house.reset()
    say("Everything is stopped and forgotten.")
    return 0


def migrate(_: argparse.Namespace) -> int:
    from deploy.local import house

    house.migrate()
    say("The six databases are up to date.")
    return 0


def status(_: argparse.Namespace) -> int:
    from deploy.local import record

    published = record.read_published()
    if not published:
        say("The house is down; `make up` starts it.")
        return 1
    lines = list(record.status_lines(published))
    for line, _well in lines:
        say(line)
    return 0 if all(well for _, well in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
