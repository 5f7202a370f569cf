"""A service in miniature: one table, one listener, one job, one schedule; what the kernel promises is tried on it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

import pytest
from fastapi import Depends, FastAPI, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import Column, MetaData, Table, Text, Uuid
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from shared.bus.listen import listen
from shared.bus.schedule import every
from shared.bus.work_queue import JobRun, job
from shared.clock import Clock
from shared.contracts.base import Event
from shared.contracts.features import Feature
from shared.db.base import NAMING, kernel
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Conflict, Permanent
from shared.http.access import admin_only, internal_only, needs, public
from shared.http.app import create_service_app
from shared.http.identity import CurrentCaller
from shared.http.models import RequestModel
from shared.http.router import Router
from shared.http.work import open_work
from shared.ids import new_id
from shared.settings import ServiceSettings

metadata = MetaData(naming_convention=NAMING)
notes = Table(
    "note", metadata, Column("id", Uuid, primary_key=True), Column("text", Text, nullable=False)
)


class NoteWritten(Event):
    topic: ClassVar[str] = "kernel.note_written.v1"
    subject_field: ClassVar[str] = "note_id"
    note_id: UUID
    text: str


class Settings(ServiceSettings):
    service: str = "kernel"


class Work(UnitOfWork):
    def __init__(self, session: AsyncSession, *, clock: Clock) -> None:
        super().__init__(session, clock=clock)


InWork = Annotated[Work, Depends(open_work, scope="function")]


class Behaviour:
    """How the listener and the job behave in the test at hand."""

    def __init__(self) -> None:
        self.fail_times = 0
        self.permanent = False
        self.runs: list[str] = []

    def act(self, name: str) -> None:
        self.runs.append(name)
        if self.permanent:
            raise Permanent("told to")
        if self.fail_times > 0:
            self.fail_times -= 1
            raise RuntimeError("told to fail")


behaviour = Behaviour()


@listen(NoteWritten, together=True)
async def keep_the_note(event: NoteWritten, work: Work) -> None:
    if event.text == "pause":
        async with work.paused():
            behaviour.runs.append("paused")
    await work.session.execute(notes.insert().values(id=event.note_id, text=event.text))
    if event.text == "tell":
        work.emit(event)
    behaviour.act("keep")


class Copy(BaseModel):
    text: str


@job("kernel.copy", Copy, lease=timedelta(seconds=2), max_attempts=3)
async def copy(payload: Copy, run: JobRun[Work]) -> None:
    behaviour.act(f"copy {payload.text} {run.attempt}")
    async with run.finish():
        behaviour.runs.append("finish")


@every("*/5 * * * *", name="kernel.tick")
async def tick(work: Work) -> None:
    behaviour.act(f"tick {work.now:%H:%M}")


router = Router(prefix="/api/notes")


class NoteIn(RequestModel):
    text: str


@router.post("", status_code=201)
async def write_note(body: NoteIn, work: InWork, caller: CurrentCaller) -> dict[str, str]:
    work.emit(NoteWritten(note_id=caller.user, text=body.text))
    await work.session.execute(notes.insert().values(id=caller.user, text=body.text))
    return {"text": body.text}


@router.post("/many", status_code=201)
async def write_another_note(body: NoteIn, work: InWork) -> dict[str, str]:
    note_id = new_id()
    await work.session.execute(notes.insert().values(id=note_id, text=body.text))
    if body.text == "refused":
        raise Conflict
    if body.text == "slow":
        await asyncio.sleep(0.3)
    return {"id": str(note_id)}


@router.post("/secret", status_code=201)
async def write_secret(body: NoteIn, work: InWork, response: Response) -> dict[str, str]:
    response.headers["Cache-Control"] = "no-store"
    await work.session.execute(notes.insert().values(id=new_id(), text=body.text))
    return {"secret": body.text}


@router.post("/open", status_code=201, openapi_extra=public())
async def write_openly(body: NoteIn, work: InWork) -> dict[str, str]:
    return await write_another_note(body, work)


@router.post("/workless", status_code=201)
async def write_nowhere(body: NoteIn) -> dict[str, str]:
    return {"id": str(new_id())}


@router.get("/public", openapi_extra=public())
async def read_public() -> dict[str, str]:
    return {"for": "everybody"}


@router.get("/paid", openapi_extra=needs(Feature.DOCUMENTS_OCR))
async def read_paid() -> dict[str, str]:
    return {"for": "payers"}


@router.get("/admin", openapi_extra=admin_only())
async def read_admin() -> dict[str, str]:
    return {"for": "admins"}


@router.get("/internal", openapi_extra=internal_only())
async def read_internal() -> dict[str, str]:
    return {"for": "the gateway"}


@router.get("/broken", openapi_extra=public())
async def read_broken() -> dict[str, str]:
    raise RuntimeError("secret detail: SELECT 1")


@router.get("/unwritable", openapi_extra=public())
async def read_unwritable() -> JSONResponse:
    return JSONResponse({"text": "\ud800"})


@router.get("/number/{number}", openapi_extra=public())
async def read_number(number: int) -> dict[str, int]:
    return {"number": number}


def build(env: dict[str, Any], clock: Clock | None = None) -> FastAPI:
    return create_service_app(
        Settings(**env),
        open_work=lambda session, clock: Work(session, clock=clock),
        routers=[router],
        consumers=[keep_the_note],
        jobs=[copy, tick],
        clock=clock,
    )


@pytest.fixture(scope="session")
def service_name() -> str:
    return "kernel"


@pytest.fixture(scope="session")
def make_app() -> Callable[..., FastAPI]:
    return build


@pytest.fixture(autouse=True)
def _behave() -> None:
    behaviour.__init__()  # type: ignore[misc]  # a fresh start for each test


@pytest.fixture(scope="session")
def prepare_database() -> Callable[[str, str], Awaitable[None]]:
    async def create_tables(_service: str, url: str) -> None:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(kernel.create_all)
            await connection.run_sync(metadata.create_all)
        await engine.dispose()

    return create_tables
