from fastapi import FastAPI

from services.auth.api import routers
from services.auth.clients.hasher import Hasher
from services.auth.clients.vault import Vault
from services.auth.consumers import consumers
from services.auth.domain.passwords import Argon2
from services.auth.jobs import jobs
from services.auth.settings import Settings
from services.auth.usecases.work import Work
from shared.clock import Clock
from shared.http.app import create_service_app
from shared.process import serve


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    settings = settings or Settings()
    hasher = Hasher(
        Argon2(memory_kib=settings.argon2_memory_kib, passes=settings.argon2_passes),
        threads=settings.hashing_threads,
        queue=settings.hashing_queue,
    )
    vault = Vault(settings.key_encryption_key.get_secret_value())
    return create_service_app(
        settings,
        open_work=lambda session, clock: Work(
            session, clock=clock, settings=settings, hasher=hasher, vault=vault
        ),
        routers=routers,
        consumers=consumers,
        jobs=jobs,
        on_start=[hasher.running],
        clock=clock,
    )


if __name__ == "__main__":
    serve(create_app, Settings())
