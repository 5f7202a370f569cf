from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.api import routers
from services.billing.clients.measures import Measures
from services.billing.clients.stripe_payments import StripePayments
from services.billing.consumers import consumers
from services.billing.jobs import jobs
from services.billing.settings import Settings
from services.billing.usecases.work import Work
from shared.clock import Clock
from shared.http.app import create_service_app
from shared.process import serve


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    settings = settings or Settings()
    measures = Measures()
    payments = StripePayments(settings, measures)

    def open_work(session: AsyncSession, clock: Clock) -> Work:
        return Work(session, clock=clock, settings=settings, payments=payments, measures=measures)

    app = create_service_app(
        settings,
        open_work=open_work,
        routers=routers,
        consumers=consumers,
        jobs=jobs,
        on_start=[payments.running],
        clock=clock,
    )
    measures.join(app.state.metrics.registry)
    return app


if __name__ == "__main__":
    serve(create_app, Settings())
