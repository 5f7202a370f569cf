"""The state of the house, for people; the page asks `/status/now` every few seconds."""

from enum import StrEnum

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.api.answers import answer_page
from gateway.api.dependencies import InWork
from gateway.storage.health import Finding, Mail, Messages
from gateway.storage.pages import PAGES, read_page
from gateway.usecases.health import look_around
from shared.errors import NotFound
from shared.http.access import public
from shared.http.models import AnswerModel, Moment

router = APIRouter(include_in_schema=False)
SLOW_MILLISECONDS = 1000.0
SLOW_SECONDS = 30.0
"""What waits longer than this is felt: a code that does not arrive."""


class State(StrEnum):
    UP = "up"
    SLOW = "slow"
    """It works, and late."""
    DOWN = "down"


FILES = {"status.css": PAGES / "status.css", "status.js": PAGES / "status.js"}


@router.get("/status", openapi_extra=public())
async def status(request: Request) -> Response:
    return answer_page(request, read_page(PAGES / "status.html"), is_page=True)


class PartNow(AnswerModel):
    name: str
    state: State
    milliseconds: float | None
    """None for the gateway itself and for what did not answer."""


class MessagesNow(AnswerModel):
    state: State
    waiting: int
    seconds: float
    set_aside: int
    """What no retry could deliver: it waits for an operator, and makes nobody else wait."""


class MailNow(AnswerModel):
    state: State
    delayed: int
    last_sent_at: Moment | None


class Now(AnswerModel):
    """What the page shows: no reasons and no addresses, for anybody may read it."""

    state: State
    services: list[PartNow]
    messages: MessagesNow
    mail: MailNow


@router.get("/status/now", openapi_extra=public())
async def status_now(work: InWork, response: Response) -> Now:
    response.headers["Cache-Control"] = "no-store"
    house = await look_around(work)
    services = [_part(finding) for finding in house.findings]
    messages = _messages(house.messages, is_connected=work.news.broker_connected)
    mail = _mail(house.mail)
    states = {messages.state, mail.state, *(part.state for part in services)}
    worst = next(state for state in (State.DOWN, State.SLOW, State.UP) if state in states)
    return Now(state=worst, services=services, messages=messages, mail=mail)


def _part(finding: Finding) -> PartNow:
    if not finding.is_up:
        return PartNow(name=finding.name, state=State.DOWN, milliseconds=None)
    state = State.SLOW if finding.milliseconds > SLOW_MILLISECONDS else State.UP
    return PartNow(name=finding.name, state=state, milliseconds=finding.milliseconds or None)


def _messages(found: Messages, *, is_connected: bool) -> MessagesNow:
    state = State.SLOW if found.seconds > SLOW_SECONDS else State.UP
    return MessagesNow(
        state=state if is_connected else State.DOWN,
        waiting=found.waiting,
        seconds=round(found.seconds, 1),
        set_aside=found.dead,
    )


def _mail(found: Mail | None) -> MailNow:
    if found is None:
        return MailNow(state=State.DOWN, delayed=0, last_sent_at=None)
    state = State.UP if found.is_up else State.SLOW
    return MailNow(state=state, delayed=found.delayed, last_sent_at=found.last_sent_at)


@router.get("/status/{name}", openapi_extra=public())
async def status_file(request: Request, name: str) -> Response:
    path = FILES.get(name)
    if path is None:
        raise NotFound
    return answer_page(request, read_page(path))
