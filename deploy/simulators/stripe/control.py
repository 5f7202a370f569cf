"""The simulator's own controls, `/_sim/*`: what a test or the demo's operator may do to this Stripe."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, ConfigDict

from deploy.simulators.stripe import portal
from deploy.simulators.stripe.catalogue import seed_catalogue
from deploy.simulators.stripe.checkout import debit_arrives
from deploy.simulators.stripe.deliveries import Courier, Mischief
from deploy.simulators.stripe.passing import catch_up
from deploy.simulators.stripe.subscriptions import changed
from deploy.simulators.stripe.wire import Json, StripeFault
from deploy.simulators.stripe.world import World


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NextPayment(Strict):
    outcome: Literal["paid", "declined", "action_required"]
    customer: str = "*"
    times: int = 1


class Fault(Strict):
    status: int | None = None
    delay_seconds: float = 0.0
    times: int = 1
    path: str = "/v1"
    type: str = "api_error"
    code: str | None = None


class Network(Strict):
    duplicate: int = 0
    reorder: bool = False
    delay_seconds: float = 0.0
    drop: int = 0
    hold: bool = False


class Debit(Strict):
    session: str
    succeeded: bool


class Emit(Strict):
    type: str
    object: dict[str, Any]


class Secret(Strict):
    secret: str


def control_router(world: World, courier: Courier) -> APIRouter:
    router = APIRouter(prefix="/_sim", tags=["control"])
    _look(router, world, courier)
    _money(router, world)
    _network(router, world, courier)
    return router


def _look(router: APIRouter, world: World, courier: Courier) -> None:
    @router.get("/state")
    async def state() -> Json:
        tables = {name: world.all(name) for name in world.tables if name != "event"}
        return {
            "now": world.now(),
            "tables": tables,
            "events": world.all("event")[:50],
            "deliveries": courier.report(),
            "calls": list(reversed(world.calls)),
        }

    @router.post("/reset")
    async def reset() -> Json:
        world.reset()
        courier.log.clear()
        courier.mischief = Mischief()
        seed_catalogue(world)
        return {"reset": True}

    @router.post("/tick")
    async def tick() -> Json:
        """Lets everything due happen now, then waits for the deliveries."""
        happened = catch_up(world)
        await courier.drain()
        return {"happened": happened, "now": world.now()}


def _money(router: APIRouter, world: World) -> None:
    @router.post("/next_payment")
    async def next_payment(body: NextPayment) -> Json:
        world.outcomes[body.customer].extend([body.outcome] * body.times)
        return {"outcomes": dict(world.outcomes)}

    @router.post("/debit")
    async def debit(body: Debit) -> Json:
        session = world.find("checkout.session", body.session)
        debit_arrives(world, session, succeeded=body.succeeded)
        return session

    @router.post("/subscriptions/{subscription_id}")
    async def set_subscription(subscription_id: str, changes: Annotated[Json, Body()]) -> Json:
        """What somebody does in Stripe's dashboard: any field, with the event Stripe would send."""
        subscription = world.find("subscription", subscription_id)
        before = {name: subscription.get(name) for name in changes}
        subscription.update(changes)
        changed(world, subscription, before)
        return subscription

    @router.post("/faults")
    async def fault(body: Fault) -> Json:
        world.faults.append(body.model_dump(exclude_none=True))
        return {"faults": world.faults}


def _network(router: APIRouter, world: World, courier: Courier) -> None:
    @router.post("/deliveries")
    async def deliveries(body: Network) -> Json:
        courier.mischief = Mischief(**body.model_dump())
        return body.model_dump()

    @router.post("/replay/{event_id}")
    async def replay(event_id: str) -> Json:
        courier.replay(event_id)
        return {"replayed": event_id}

    @router.post("/emit")
    async def emit(body: Emit) -> Json:
        """Any event, also one that Stripe would hardly send."""
        return world.emit(body.type, body.object)

    @router.post("/secret")
    async def rotate(body: Secret) -> Json:
        courier.secret = body.secret
        return {"rotated": True}

    @router.post("/portal/{session_id}/{action}")
    async def click(session_id: str, action: str, value: str = "") -> Json:
        try:
            portal.act(world, world.find("billing_portal.session", session_id), action, value)
        except StripeFault as fault:
            raise HTTPException(fault.status, fault.message) from fault
        return {"done": action}
