"""Where settings, clients, Work, routers, consumers and jobs meet. `python -m services.documents.main`."""

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.api import routers
from services.documents.clients.archives import Archives
from services.documents.clients.blobs import DiskBlobs
from services.documents.clients.reader import ProcessReader
from services.documents.consumers import consumers
from services.documents.jobs import jobs
from services.documents.settings import Settings
from services.documents.usecases.work import Work
from shared.clock import Clock
from shared.http.app import create_service_app
from shared.process import serve


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    settings = settings or Settings()
    blobs, reader = DiskBlobs(settings.blob_dir), ProcessReader(settings)
    archives = Archives()

    def open_work(session: AsyncSession, clock: Clock) -> Work:
        return Work(
            session, clock=clock, settings=settings, blobs=blobs, reader=reader, archives=archives
        )

    return create_service_app(
        settings,
        open_work=open_work,
        routers=routers,
        consumers=consumers,
        jobs=jobs,
        on_start=[reader.running],
        clock=clock,
    )


if __name__ == "__main__":
    serve(create_app, Settings())
