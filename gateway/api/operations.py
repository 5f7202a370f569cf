"""For probes, not for people: kept out of the API's description. The rest of what machines ask is on the inner port."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.usecases.health import look_around
from gateway.usecases.measure import measure
from gateway.usecases.warm_up import why_not_ready
from gateway.usecases.work import Work
from shared.http.access import public
from shared.http.operations import Operations
from shared.observe.exposition import Exposition
from shared.observe.health import Backlog
from shared.process import Readiness

router = APIRouter(include_in_schema=False)


class OfTheGateway:
    """What the gateway knows of itself; nothing waits in it, so its backlog is the house's."""

    def __init__(self, work: Work, readiness: Readiness) -> None:
        self._work = work
        self._readiness = readiness

    def is_live(self) -> bool:
        return all(loop.is_well for loop in self._work.background)

    async def why_not_ready(self) -> str | None:
        return "stopping" if self._readiness.is_stopping else why_not_ready(self._work)

    async def backlog(self) -> Backlog:
        found = (await look_around(self._work)).messages
        return Backlog(found.waiting, found.seconds, found.dead)


def operations_of(work: Work, readiness: Readiness) -> Operations:
    """The gateway's inner port."""

    async def up_to_date() -> None:
        await measure(work)

    exposition = Exposition(work.metrics.registry, up_to_date)
    return Operations(OfTheGateway(work, readiness), exposition, work.settings)


async def _probed(request: Request) -> Response:
    operations: Operations = request.app.state.operations
    return await operations.answer(request.url.path)


@router.get("/livez", openapi_extra=public())
async def livez(request: Request) -> Response:
    return await _probed(request)


@router.get("/readyz", openapi_extra=public())
async def readyz(request: Request) -> Response:
    return await _probed(request)
