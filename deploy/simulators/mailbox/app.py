"""The mailbox: every mail of the house ends here; a page for people, Mailpit's JSON for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel

from deploy.simulators.mailbox.faults import Fault, Faults
from deploy.simulators.mailbox.mailpit import details, listing
from deploy.simulators.mailbox.smtp import Letterbox, open_door
from deploy.simulators.mailbox.store import Mail, Store
from shared.clock import Clock, SystemClock

PAGE = Path(__file__).with_name("page.html")
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
    " connect-src 'self'; frame-src 'self'; img-src 'self' data:"
)
# A mail is a stranger's page: no script, no form, nothing fetched, links in a new window.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " style-src 'unsafe-inline'; img-src data:"
)


@dataclass(slots=True)
class Mailbox:
    store: Store
    faults: Faults
    smtp_port: int = 0


class Chosen(BaseModel):
    IDs: list[str] = []
    Read: bool = True


def _mailbox(request: Request) -> Mailbox:
    mailbox: Mailbox = request.app.state.mailbox
    return mailbox


InMailbox = Annotated[Mailbox, Depends(_mailbox)]


def _mail(mail_id: str, mailbox: InMailbox) -> Mail:
    mail = mailbox.store.get(mail_id)
    if mail is None:
        raise HTTPException(404, "no such mail")
    return mail


OneMail = Annotated[Mail, Depends(_mail)]
Start = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=1000)]
router = APIRouter()


def create_app(
    *,
    clock: Clock | None = None,
    smtp_host: str = "127.0.0.1",
    smtp_port: int = 0,
    keep: int = 1000,
) -> FastAPI:
    mailbox = Mailbox(Store(limit=keep), Faults())
    letterbox = Letterbox(mailbox.store, mailbox.faults, clock or SystemClock())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with open_door(letterbox, host=smtp_host, port=smtp_port) as port:
            mailbox.smtp_port = port
            yield

    app = FastAPI(title="AutoTrack mailbox", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.mailbox = mailbox
    app.include_router(router)
    return app


@router.get("/", response_class=HTMLResponse)
async def page() -> HTMLResponse:
    return HTMLResponse(
        PAGE.read_bytes(),
        headers={"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"},
    )


@router.get("/view/{mail_id}.html", response_class=HTMLResponse)  # noqa: FAST003 - OneMail takes it
async def view(mail: OneMail) -> HTMLResponse:
    # The links of a mail open beside the mailbox, never inside its frame.
    html = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


@router.get("/api/v1/messages")
async def messages(
    mailbox: InMailbox, query: str = "", start: Start = 0, limit: Limit = 50
) -> dict[str, object]:
    return listing(mailbox.store, query=query, start=start, limit=limit)


@router.get("/api/v1/search")
async def search(
    mailbox: InMailbox, query: str, start: Start = 0, limit: Limit = 50
) -> dict[str, object]:
    return listing(mailbox.store, query=query, start=start, limit=limit)


@router.delete("/api/v1/messages", response_class=PlainTextResponse)
async def delete(mailbox: InMailbox, chosen: Chosen | None = None) -> str:
    mailbox.store.delete(chosen.IDs if chosen else [])
    return "ok"


@router.put("/api/v1/messages", response_class=PlainTextResponse)
async def mark(mailbox: InMailbox, chosen: Chosen) -> str:
    for mail in mailbox.store.newest_first():
        if not chosen.IDs or mail.id in chosen.IDs:
            mail.is_read = chosen.Read
    return "ok"


@router.get("/api/v1/message/{mail_id}")  # noqa: FAST003 - OneMail takes it
async def message(mail: OneMail) -> dict[str, object]:
    mail.is_read = True
    return details(mail)


@router.get("/api/v1/message/{mail_id}/headers")  # noqa: FAST003 - OneMail takes it
async def headers(mail: OneMail) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in mail.parsed.items():
        found.setdefault(name, []).append(str(value))
    return found


@router.get("/api/v1/message/{mail_id}/raw")  # noqa: FAST003 - OneMail takes it
async def raw(mail: OneMail) -> Response:
    return Response(mail.raw, media_type="text/plain; charset=utf-8")


@router.get("/api/v1/info")
async def info(mailbox: InMailbox) -> dict[str, object]:
    mails = mailbox.store.newest_first()
    unread = sum(not mail.is_read for mail in mails)
    return {"Version": "autotrack", "Messages": len(mails), "Unread": unread}


@router.get("/control/faults")
async def faults(mailbox: InMailbox) -> Fault | None:
    return mailbox.faults.current


@router.put("/control/faults")
async def set_fault(mailbox: InMailbox, fault: Fault) -> Fault:
    mailbox.faults.set(fault)
    return fault


@router.delete("/control/faults", status_code=204)
async def clear(mailbox: InMailbox) -> None:
    mailbox.faults.set(None)


@router.get("/livez")
async def livez(mailbox: InMailbox) -> dict[str, object]:
    return {"status": "ok", "smtp_port": mailbox.smtp_port}
