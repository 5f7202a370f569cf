"""`python -m deploy.local <command>`: what the Makefile calls."""

import argparse
import json
import sys
from collections.abc import Callable

from deploy.local import commands, house, record
from deploy.local.databases import SERVICES
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
    verbs = top.add_subparsers(required=True)
    start = verbs.add_parser("up", help="start the house")
    start.add_argument("--only", default="", help="some programs only: auth,vehicles,gateway")
    start.set_defaults(run=up)
    for end in (down, reset):
        stop = verbs.add_parser(end.__name__)
        stop.add_argument(
            "--keep-tests", action="store_true", help="leave the tests' servers alone"
        )
        stop.set_defaults(run=end)
    for run in (status, migrate):
        verbs.add_parser(run.__name__).set_defaults(run=run)
    pair = verbs.add_parser("servers", help="start the private servers, print how to reach them")
    pair.add_argument(
        "action", nargs="?", default="start", choices=["start", "stop", "stop-broker"]
    )
    pair.add_argument("--house", action="store_true", help="the house's pair, not the tests'")
    pair.add_argument("--json", action="store_true", help="one JSON object (always so)")
    pair.set_defaults(run=servers)
    test = verbs.add_parser("test", help="run pytest on private servers")
    test.set_defaults(run=lambda chosen: commands.test(chosen.words))
    prove = verbs.add_parser("prove", help="the same, and `make check` beside it")
    prove.set_defaults(run=lambda chosen: commands.prove(chosen.words))
    for tried in (test, prove):
        tried.add_argument("words", nargs=argparse.REMAINDER)
    verbs.add_parser("rotate-keys").set_defaults(run=lambda _: commands.rotate_keys())
    rates = verbs.add_parser("exchange-rates", help="load a table of the ECB's reference rates")
    rates.add_argument("words", nargs="+", metavar="FILE")
    rates.set_defaults(run=lambda chosen: commands.exchange_rates(chosen.words))
    dead = verbs.add_parser("dead-letters", help="list, show, replay or discard dead letters")
    dead.add_argument("--service", choices=SERVICES)
    dead.add_argument("words", nargs=argparse.REMAINDER)
    dead.set_defaults(run=lambda chosen: commands.dead_letters(chosen.service, chosen.words))
    return top


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
    house.up(chosen.only.split(",") if chosen.only else house.ALL)
    return 0


def down(chosen: argparse.Namespace) -> int:
    stopped = house.down(tests=not chosen.keep_tests)
    say(f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def reset(chosen: argparse.Namespace) -> int:
    house.reset(tests=not chosen.keep_tests)
    say("Everything is stopped and forgotten.")
    return 0


def migrate(_: argparse.Namespace) -> int:
    house.migrate()
    say("The six databases are up to date.")
    return 0


def status(_: argparse.Namespace) -> int:
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
