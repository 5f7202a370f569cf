from fastapi import FastAPI

from services.vehicles.api import routers
from services.vehicles.clients.printer import ProcessPrinter
from services.vehicles.consumers import consumers
from services.vehicles.jobs import jobs
from services.vehicles.settings import Settings
from services.vehicles.usecases.care.dues import dues_of
from services.vehicles.usecases.care.handovers import hand_over_care
from services.vehicles.usecases.care.occurrences import follow_car
from services.vehicles.usecases.care.warranties import follow_ends
from services.vehicles.usecases.moving.handovers import end_links
from services.vehicles.usecases.running.handovers import hand_over_fills
from services.vehicles.usecases.work import Work
from shared.clock import Clock
from shared.http.app import create_service_app
from shared.process import serve


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    settings = settings or Settings()
    printer = ProcessPrinter()
    return create_service_app(
        settings,
        open_work=lambda session, clock: Work(
            session,
            clock=clock,
            settings=settings,
            followers=[follow_ends, follow_car],
            heirs=[hand_over_care, hand_over_fills, end_links],
            dues=[dues_of],
            printer=printer,
        ),
        routers=routers,
        consumers=consumers,
        jobs=jobs,
        clock=clock,
    )


if __name__ == "__main__":
    serve(create_app, Settings())
