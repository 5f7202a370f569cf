"""A Stripe for the tests and the demo: stateful, in memory, never used by production."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from deploy.simulators.stripe.api import api_router
from deploy.simulators.stripe.catalogue import seed_catalogue
from deploy.simulators.stripe.control import control_router
from deploy.simulators.stripe.deliveries import Courier
from deploy.simulators.stripe.pages import Pages, pages_router
from deploy.simulators.stripe.passing import catch_up
from deploy.simulators.stripe.wire import StripeFault
from deploy.simulators.stripe.world import HasNow, SystemTime, World

DEVELOPMENT_SECRET = "whsec_simulated"
TICK_SECONDS = 0.2
log = structlog.get_logger()


def create_app(
    *,
    clock: HasNow | None = None,
    webhook_url: str | None = None,
    webhook_secret: str = DEVELOPMENT_SECRET,
    public_url: str = "http://127.0.0.1:12111",
    seed: str | None = None,
    http: httpx2.AsyncClient | None = None,
) -> FastAPI:
    """`seed` makes ids repeatable; without it they carry the start time, so a restart never reuses one."""
    clock = clock or SystemTime()
    start = int(SystemTime().now().timestamp())
    world = World(clock=clock, seed=f"{start:x}" if seed is None else seed, public_url=public_url)
    seed_catalogue(world)
    courier = Courier(world, webhook_url, webhook_secret, http)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(courier.run()), tasks.create_task(_pass_time(world))]
            yield
            for task in running:
                task.cancel()

    app = FastAPI(title="Stripe simulator", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.world, app.state.courier = world, courier
    app.include_router(api_router(world))
    app.include_router(control_router(world, courier))
    app.include_router(pages_router(Pages(world, courier)))

    @app.exception_handler(StripeFault)
    async def fault(request: Request, refusal: StripeFault) -> JSONResponse:
        del request
        return JSONResponse(refusal.body(), status_code=refusal.status)

    return app


async def _pass_time(world: World) -> None:
    while True:
        try:
            catch_up(world)
        except Exception:  # whatever an operator made of the state, the deliveries go on
            log.exception("stripe_sim.time_stands_still")
        await asyncio.sleep(TICK_SECONDS)
