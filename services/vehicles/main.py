from fastapi import FastAPI

from services.vehicles.api import routers
from services.vehicles.clients.printer import ProcessPrinter
from services.vehicles.clients.recalls import RecallFeeds
from services.vehicles.consumers import consumers
from services.vehicles.jobs import jobs
from services.vehicles.settings import Settings
from services.vehicles.usecases.care.dues import dues_of
from services.vehicles.usecases.care.following import follow_car
from services.vehicles.usecases.care.garage_work import draft_from_garage
from services.vehicles.usecases.care.handovers import hand_over_care
from services.vehicles.usecases.garages.following import follow_bookings, hand_over_bookings
from services.vehicles.usecases.moving.handovers import end_links
from services.vehicles.usecases.running.handovers import hand_over_fills
from services.vehicles.usecases.running.trips import forget_trips
from services.vehicles.usecases.work import Clients, Wings, Work
from shared.clock import Clock
from shared.http.app import create_service_app
from shared.process import serve

WINGS = Wings(
    followers=[follow_car, follow_bookings],
    heirs=[hand_over_care, hand_over_fills, forget_trips, hand_over_bookings, end_links],
    dues=[dues_of],
    drafters=[draft_from_garage],
)


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    settings = settings or Settings()
    clients = Clients(RecallFeeds(settings), ProcessPrinter())
    app = create_service_app(
        settings,
        open_work=lambda session, clock: Work(
            session,
            clock=clock,
            settings=settings,
            wings=WINGS,
            clients=clients,
        ),
        routers=routers,
        consumers=consumers,
        jobs=jobs,
        clock=clock,
    )
    app.state.recall_feeds = clients.feeds
    return app


if __name__ == "__main__":
    serve(create_app, Settings())
