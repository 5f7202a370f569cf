"""The one door of the `/v1` API: key, programmed faults, idempotency, parameters, operation, answer."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from deploy.simulators.stripe import catalogue, checkout, invoices, portal, schedules, subscriptions
from deploy.simulators.stripe.operations import Operation, expanded, find_operation
from deploy.simulators.stripe.passing import catch_up
from deploy.simulators.stripe.wire import Json, StripeFault, nested, typed
from deploy.simulators.stripe.world import API_VERSION, World

LOADED = (catalogue, checkout, invoices, portal, schedules, subscriptions)
CALLS_KEPT = 500


def api_router(world: World) -> APIRouter:
    router = APIRouter()

    @router.api_route("/v1/{path:path}", methods=["GET", "POST", "DELETE"])
    async def call(request: Request) -> Response:
        world.counters["req"] += 1
        request_id = f"req_{world.seed}{world.counters['req']:06d}"
        try:
            status, body = await _answer(world, request, request_id)
        except StripeFault as fault:
            status, body = fault.status, fault.body()
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        if (key := request.headers.get("Idempotency-Key")) is not None:
            headers["Idempotency-Key"] = key
        return JSONResponse(body, status_code=status, headers=headers)

    return router


async def _answer(world: World, request: Request, request_id: str) -> tuple[int, Json]:
    _check_key(request)
    text = (await request.body()).decode("utf-8", "replace")
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    pairs += parse_qsl(text, keep_blank_values=True)
    method, path = request.method, request.url.path
    given = nested(pairs)
    key = request.headers.get("Idempotency-Key")
    world.calls.append({"method": method, "path": path, "params": given, "idempotency_key": key})
    del world.calls[:-CALLS_KEPT]
    await _programmed_fault(world, path)
    found, ids = find_operation(method, path)
    world.request = {"id": request_id, "idempotency_key": key}
    try:
        return _once(
            world,
            key,
            {"method": method, "path": path, "given": given},
            lambda: _run(world, found, given, ids),
        )
    finally:
        world.request = {"id": None, "idempotency_key": None}


def _check_key(request: Request) -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key.startswith(("sk_test_", "rk_test_")):
        raise StripeFault(401, "Invalid API Key provided.")


async def _programmed_fault(world: World, path: str) -> None:
    for fault in world.faults:
        if not path.startswith(fault.get("path", "/v1")):
            continue
        fault["times"] -= 1
        if fault["times"] <= 0:
            world.faults.remove(fault)
        await asyncio.sleep(fault.get("delay_seconds", 0))
        if status := fault.get("status"):
            raise StripeFault(
                status,
                "A programmed fault.",
                kind=fault.get("type", "api_error"),
                code=fault.get("code"),
            )
        return


def _once(world: World, key: str | None, call: Json, run: Callable[[], Json]) -> tuple[int, Json]:
    """Stripe's idempotency: the first answer again, errors included; other parameters are refused."""
    if key is None or call["method"] != "POST":
        return 200, run()
    if key in world.answers:
        before, status, body = world.answers[key]
        if before != call:
            raise StripeFault(
                400,
                f"Keys for idempotent requests can only be used with the same parameters ({key}).",
                kind="idempotency_error",
            )
        return status, body
    try:
        status, body = 200, run()
    except StripeFault as fault:
        status, body = fault.status, fault.body()
        if fault.code in {"parameter_unknown", "parameter_missing"}:
            raise
    world.answers[key] = (call, status, body)
    return status, body


def _run(world: World, found: Operation, given: Json, ids: tuple[str, ...]) -> Json:
    catch_up(world)
    expand = given.get("expand") or []
    params = typed(found.shape, given)
    params.pop("expand", None)
    answer = found.handler(world, params, *ids)
    return expanded(world, answer, expand)
