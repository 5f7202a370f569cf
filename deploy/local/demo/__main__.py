"""`make demo`: the whole main job as a story, through the gateway's public API only."""

import argparse
import sys
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local import house, record
from deploy.local.demo import chapters, fills, garage, later, moving, paper, sharing, typo
from deploy.local.demo.person import Person
from deploy.local.demo.story import StepFailedError, Story
from deploy.local.demo.world import Api, Clock, Mailbox, Payments
from deploy.local.machine import LOCAL, ROOT, CannotError, say

CHAPTERS = (
    *(chapters.arrive, chapters.add_car, chapters.pay),
    *(paper.read, paper.confirm),
    *(fills.fill, sharing.share, typo.correct),
    *(later.wait, later.ask, later.chat),
    *(moving.bring, garage.mend, moving.sell),
)
PORTS = {"mailbox": 8025, "stripe": 12111, "clock": 12113}


def main() -> int:
    chosen = arguments().parse_args()
    if chosen.document is not None and not chosen.document.is_file():
        sys.stderr.write(f"There is no file {chosen.document}\n")
        return 2
    try:
        places = elsewhere(chosen) if chosen.gateway else here()
    except CannotError as cannot:
        sys.stderr.write(f"{cannot}\n")
        return 1
    return tell(places, chosen.document, is_our_house=not chosen.gateway)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--document", type=Path, help="any invoice: PDF, JPEG, PNG, HEIC, TIFF")
    parser.add_argument(
        "--gateway", help="another house's gateway; this one is started when absent"
    )
    for name in PORTS:
        parser.add_argument(
            f"--{name}", help="its address; default: the gateway's host, usual port"
        )
    return parser


def here() -> dict[str, str]:
    """Start this checkout's house and take its addresses."""
    house.up()
    published = record.read_published()
    simulators = published["simulators"]
    return {"gateway": published["gateway"]["url"], **{name: simulators[name] for name in PORTS}}


def elsewhere(chosen: argparse.Namespace) -> dict[str, str]:
    host = urlsplit(chosen.gateway).hostname
    derived = {name: f"http://{host}:{port}" for name, port in PORTS.items()}
    named = {name: getattr(chosen, name) for name in PORTS if getattr(chosen, name)}
    return {"gateway": chosen.gateway.rstrip("/"), **derived, **named}


def tell(places: dict[str, str], document: Path | None, *, is_our_house: bool) -> int:
    links = {
        "documentation": places["gateway"] + "/docs",
        "mailbox": places["mailbox"],
        "payments": places["stripe"],
    }
    about = {"gateway": places["gateway"], "links": links, "document": str(document or "our own")}
    story = Story(LOCAL / "demo.json", about)
    me = Person(
        story,
        Api(places["gateway"]),
        Mailbox(places["mailbox"]),
        Payments(places["stripe"]),
        Clock(places["clock"]),
        document,
        is_our_house=is_our_house,
    )
    say("AutoTrack: an invoice becomes a maintenance record, a forecast and a mail;")
    say(
        "the car is filled up, shared, and spared a wrong digit; an old one comes, is mended and sold."
    )
    for name, link in links.items():
        say(f"  {name:14} {link}")
    try:
        for chapter in CHAPTERS:
            chapter(me)
    except StepFailedError as failure:
        say(f"\nStopped here: {failure}")
        say(
            "`make status` shows the programs, `make logs` what they say; the record is .local/demo.json."
        )
        return 1
    story.end()
    stays = "The house stays up; `make down` stops it. " if is_our_house else ""
    say(f"{stays}Record: {story.file.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
