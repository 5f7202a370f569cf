"""A service in miniature that keeps something of people: what the kernel promises about an erasure is tried on it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped

from shared.bus.erasure import erase_person
from shared.bus.listen import listen
from shared.bus.work_queue import JobRun, job
from shared.clock import Clock
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.base import Event
from shared.contracts.erasure import AccountErased
from shared.db.base import NAMING, TYPE_MAP, Identified, kernel
from shared.db.belongings import Belongings, owned
from shared.db.persons import Hold
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Permanent
from shared.http.app import create_service_app
from shared.http.identity import CurrentCaller
from shared.http.models import RequestModel
from shared.http.router import Router
from shared.http.work import open_work
from shared.ids import new_id
from shared.settings import ServiceSettings


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPE_MAP


class Page(Identified, Base):
    __tablename__ = "page"
    owner_id: Mapped[UUID]
    text: Mapped[str]


class PageWritten(Event):
    topic: ClassVar[str] = "diary.page_written.v1"
    subject_field: ClassVar[str] = "page_id"
    page_id: UUID
    owner_id: UUID
    text: str


class Settings(ServiceSettings):
    service: str = "diary"


class Work(UnitOfWork):
    belongings = Belongings(theirs=(owned(Page),))

    def __init__(self, session: AsyncSession, *, clock: Clock) -> None:
        super().__init__(session, clock=clock)


InWork = Annotated[Work, Depends(open_work, scope="function")]


@listen(PageWritten)
async def keep_page(event: PageWritten, work: Work) -> None:
    page = insert(Page).values(id=event.page_id, owner_id=event.owner_id, text=event.text)
    await work.session.execute(page.on_conflict_do_nothing())
    await work.flush()
    if event.text == "hopeless":
        raise Permanent("told to")
    if event.text == "trouble":
        raise RuntimeError("told to")


@listen(AccountDeletionStarted, hold=Hold.ALONE)
async def erase(event: AccountDeletionStarted, work: Work) -> None:
    await erase_person(work, event.account_id)
    work.emit(AccountErased(account_id=event.account_id, service="diary", erased_at=work.now))


class Write(BaseModel):
    owner_id: UUID
    text: str


@job("diary.write", Write)
async def write(payload: Write, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        work.session.add(Page(id=new_id(), owner_id=payload.owner_id, text=payload.text))


router = Router(prefix="/api/pages")


class PageIn(RequestModel):
    text: str
    owner: str | None = None


@router.post("", status_code=201)
async def write_page(body: PageIn, work: InWork, caller: CurrentCaller) -> dict[str, str]:
    owner = UUID(body.owner) if body.owner else caller.user
    work.session.add(Page(id=new_id(), owner_id=owner, text=body.text))
    await work.flush()
    return {"text": body.text}


def build(env: dict[str, Any], clock: Clock | None = None) -> FastAPI:
    return create_service_app(
        Settings(**env),
        open_work=lambda session, clock: Work(session, clock=clock),
        routers=[router],
        consumers=[keep_page, erase],
        jobs=[write],
        clock=clock,
    )


def tables() -> Callable[[str, str], Awaitable[None]]:
    async def create(_service: str, url: str) -> None:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(kernel.create_all)
            await connection.run_sync(Base.metadata.create_all)
        await engine.dispose()

    return create
