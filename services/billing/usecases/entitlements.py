from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.billing.domain.entitlements import (
    NO_SUBSCRIPTION,
    Effective,
    Held,
    Rights,
    best,
)
from services.billing.domain.subscription import Status
from services.billing.storage.models import Entitlement, Subscription
from services.billing.usecases.work import Work
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.features import Feature, Limit, Plan


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one person may use, in full."""

    user_id: UUID
    plan: Plan
    status: str
    features: tuple[Feature, ...]
    limits: dict[Limit, int | None]
    version: int
    effective_at: datetime


async def refresh_entitlement(work: Work, *, user_id: UUID) -> None:
    """Brings a person's rights in line with their subscriptions and the catalogue; tells the house only what changed."""
    found = await _effective(work, user_id)
    rights = await work.plans.rights(found.plan)
    transaction = await work.entitlements.transaction_id()
    row = await work.entitlements.of_user(user_id, lock=True)
    if row is None:
        row = work.entitlements.add(Entitlement(user_id=user_id, version=0))
    elif _says(row, found.plan, rights):
        row.status = found.status
        return
    row.plan = found.plan.value
    row.status = found.status
    row.features = sorted(rights.features)
    row.limits = {limit.value: allowed for limit, allowed in sorted(rights.limits.items())}
    row.effective_at = work.now
    row.version += 1
    row.changed_in = transaction
    work.emit(_event(row))


async def _effective(work: Work, user_id: UUID) -> Effective:
    rows = await work.subscriptions.live(user_id)
    if not rows:
        last = await work.subscriptions.current(user_id)
        return Effective(Plan.FREE, last.status if last else NO_SUBSCRIPTION)
    return best([_held(row) for row in rows], work.now)


def _held(row: Subscription) -> Held:
    return Held(plan=Plan(row.plan), status=Status(row.status), grace_until=row.grace_until)


def _says(row: Entitlement, plan: Plan, rights: Rights) -> bool:
    """A change of status alone opens and closes nothing, so it is not told."""
    limits: dict[str, Any] = {limit.value: allowed for limit, allowed in rights.limits.items()}
    return row.plan == plan and set(row.features) == rights.features and row.limits == limits


def _event(row: Entitlement) -> EntitlementsChanged:
    told = snapshot_of(row)
    return EntitlementsChanged(
        user_id=told.user_id,
        plan=told.plan,
        status=told.status,
        features=told.features,
        limits=told.limits,
        effective_at=told.effective_at,
        version=told.version,
    )


def snapshot_of(row: Entitlement) -> Snapshot:
    return Snapshot(
        user_id=row.user_id,
        plan=Plan(row.plan),
        status=row.status,
        features=tuple(Feature(name) for name in row.features),
        limits={Limit(name): allowed for name, allowed in row.limits.items()},
        version=row.version,
        effective_at=row.effective_at,
    )


async def entitlement_of(work: Work, *, user_id: UUID) -> Snapshot:
    """FREE, version 0, for somebody billing has not met."""
    row = await work.entitlements.of_user(user_id)
    if row is not None:
        return snapshot_of(row)
    rights = await work.plans.rights(Plan.FREE)
    return Snapshot(
        user_id=user_id,
        plan=Plan.FREE,
        status=NO_SUBSCRIPTION,
        features=tuple(sorted(rights.features)),
        limits=dict(rights.limits),
        version=0,
        effective_at=work.now,
    )


async def say_entitlement(work: Work, *, user_id: UUID) -> None:
    """As it is, with the version it has."""
    row = await work.entitlements.of_user(user_id)
    if row is not None:
        work.emit(_event(row))


async def close_entitlement(work: Work, *, user_id: UUID) -> None:
    """The account is gone: FREE is the last thing the house hears, then nothing is kept."""
    row = await work.entitlements.of_user(user_id, lock=True)
    if row is None:
        return
    if row.plan != Plan.FREE:
        rights = await work.plans.rights(Plan.FREE)
        row.plan, row.status = Plan.FREE.value, NO_SUBSCRIPTION
        row.features = sorted(rights.features)
        row.limits = {limit.value: allowed for limit, allowed in rights.limits.items()}
        row.version += 1
        row.effective_at = work.now
        work.emit(_event(row))
    await work.session.delete(row)
