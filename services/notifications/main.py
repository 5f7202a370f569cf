"""Where settings, clients, Work, routers, consumers and jobs meet. `python -m services.notifications.main`."""

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.api import routers
from services.notifications.clients.mailer import SmtpMailer
from services.notifications.clients.renderer import TemplateRenderer
from services.notifications.consumers import consumers
from services.notifications.domain.links import preferences_url
from services.notifications.jobs import jobs
from services.notifications.settings import Settings
from services.notifications.usecases.work import Work
from shared.clock import Clock
from shared.http.app import create_service_app
from shared.process import serve


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    settings = settings or Settings()
    mailer = SmtpMailer(settings)
    renderer = TemplateRenderer(preferences_url(settings.sites))

    def open_work(session: AsyncSession, clock: Clock) -> Work:
        return Work(session, clock=clock, settings=settings, mailer=mailer, renderer=renderer)

    return create_service_app(
        settings,
        open_work=open_work,
        routers=routers,
        consumers=consumers,
        jobs=jobs,
        on_start=[mailer.connections.running],
        clock=clock,
    )


if __name__ == "__main__":
    serve(create_app, Settings())
