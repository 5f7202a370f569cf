import asyncio
import sys

from fastapi import FastAPI

from services.auth.api import routers
from services.auth.clients.hasher import Hasher
from services.auth.clients.providers import Providers
from services.auth.clients.vault import Vault
from services.auth.consumers import consumers
from services.auth.domain.passwords import Argon2
from services.auth.jobs import jobs
from services.auth.settings import Settings
from services.auth.usecases.keys import rotate_keys
from services.auth.usecases.work import Clients, Work
from shared.clock import Clock, DemoClock
from shared.http.app import create_service_app
from shared.process import serve
from shared.settings import Role


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    settings = settings or Settings()
    hasher = Hasher(
        Argon2(memory_kib=settings.argon2_memory_kib, passes=settings.argon2_passes),
        threads=settings.hashing_threads,
        queue=settings.hashing_queue,
    )
    vault = Vault(settings.key_encryption_key.get_secret_value())
    providers = Providers(loopback_allowed=settings.loopback_allowed)
    return create_service_app(
        settings,
        open_work=lambda session, clock: Work(
            session,
            clock=clock,
            settings=settings,
            clients=Clients(hasher, vault, providers),
        ),
        routers=routers,
        consumers=consumers,
        jobs=jobs,
        on_start=[hasher.running, providers.running],
        clock=clock,
    )


async def rotate_now(settings: Settings) -> bool:
    """A signing key before its time: `python -m services.auth.main rotate-keys`, beside the running service."""
    app = create_app(settings.model_copy(update={"roles": frozenset({Role.WEB})}))
    async with app.router.lifespan_context(app):
        if isinstance(app.state.clock, DemoClock):
            await app.state.clock.catch_up()
        async with app.state.open_work() as work:
            return await rotate_keys(work, at_once=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["rotate-keys"]:
        rotated = asyncio.run(rotate_now(Settings()))
        said = (
            "The next key signs from now on."
            if rotated
            else "The next key is not published for ten minutes yet."
        )
        sys.stdout.write(said + "\n")
        sys.exit(0 if rotated else 1)
    serve(create_app, Settings())
