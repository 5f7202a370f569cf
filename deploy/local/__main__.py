"""`python -m deploy.local <command>`: what the Makefile calls."""

import argparse
import json
import sys

from deploy.local.machine import CannotError, say
from deploy.local.servers import HOUSE, TESTS, answer


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local")
    commands = parser.add_subparsers(dest="command", required=True)
    servers = commands.add_parser("servers", help="start the private servers, print how to reach them")
    servers.add_argument("action", nargs="?", default="start", choices=["start", "stop", "stop-broker"])
    servers.add_argument("--house", action="store_true", help="the house's pair, not the tests'")
    servers.add_argument("--json", action="store_true", help="one JSON object (the default)")
    chosen = parser.parse_args()
    try:
        pair = HOUSE if chosen.house else TESTS
        match chosen.action:
            case "stop":
                pair.stop()
            case "stop-broker":
                pair.stop_broker()
            case _:
                say(json.dumps(answer(pair)))
    except CannotError as cannot:
        sys.stderr.write(f"{cannot}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
