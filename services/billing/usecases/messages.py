"""What billing tells its own worker: the payloads and names of its jobs."""

from uuid import UUID

from pydantic import BaseModel

APPLY_EVENT = "billing.apply_event"
END_GRACE = "billing.end_grace"
UPDATE_CUSTOMER = "billing.update_customer"
ERASE = "billing.erase"
REFRESH_PLAN = "billing.refresh_plan"
RECONCILE = "billing.reconcile"
CATCH_UP = "billing.catch_up"


class EventMessage(BaseModel):
    event_id: str


class PersonMessage(BaseModel):
    user_id: UUID


class PlanMessage(BaseModel):
    plan: str


class Nothing(BaseModel):
    """A job that needs no facts."""
