"""For probes and Prometheus, not for people: kept out of the API's description."""

from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import generate_latest

from gateway.api.dependencies import InWork
from gateway.usecases.measure import measure
from gateway.usecases.warm_up import why_not_ready
from shared.errors import NotFound
from shared.http.access import public

router = APIRouter(include_in_schema=False)
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/livez", openapi_extra=public())
async def livez(work: InWork) -> JSONResponse:
    live = all(not task.done() for task in work.background)
    return JSONResponse({"live": live}, 200 if live else 503)


@router.get("/readyz", openapi_extra=public())
async def readyz(request: Request, work: InWork) -> JSONResponse:
    reason = "stopping" if request.app.state.readiness.is_stopping else why_not_ready(work)
    return JSONResponse({"ready": reason is None, "reason": reason}, 200 if reason is None else 503)


@router.get("/version", openapi_extra=public())
async def version(work: InWork) -> dict[str, str]:
    return {"service": work.settings.service, "version": work.settings.version}


@router.get("/metrics", openapi_extra=public())
async def metrics(request: Request, work: InWork) -> Response:
    """For a scraper on our own network; to anybody else it does not exist."""
    if not _is_neighbour(request):
        raise NotFound
    await measure(work)
    return PlainTextResponse(
        generate_latest(work.metrics.registry), media_type="text/plain; version=0.0.4"
    )


def _is_neighbour(request: Request) -> bool:
    """Asked directly (no proxy in between) from a private address."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback
