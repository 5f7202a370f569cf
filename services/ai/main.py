from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.ai.api import routers
from services.ai.clients.llm import build_llm
from services.ai.consumers import consumers
from services.ai.jobs import jobs
from services.ai.settings import Settings
from services.ai.usecases.work import Work
from shared.clock import Clock
from shared.http.app import create_service_app
from shared.process import serve


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    settings = settings or Settings()
    llm = build_llm(settings)

    @asynccontextmanager
    async def model_client() -> AsyncIterator[None]:
        yield
        await llm.close()

    app = create_service_app(
        settings,
        open_work=lambda session, clock: Work(session, clock=clock, settings=settings),
        routers=routers,
        consumers=consumers,
        jobs=jobs,
        on_start=[model_client],
        clock=clock,
    )
    app.state.llm = llm
    app.state.ai_settings = settings
    return app


if __name__ == "__main__":
    serve(create_app, Settings())
