"""What a car's country asks of it, from its facts and what was done: worked out when somebody looks, and when the car changes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.vehicles.domain.care.beats import LEAD_DAYS
from services.vehicles.domain.care.obligations import (
    Assumed,
    Basis,
    Done,
    Due,
    Registered,
    following,
    next_due,
)
from services.vehicles.domain.care.reminders import ReminderKind
from services.vehicles.domain.care.rule_packs import (
    CountryRule,
    ObligationKind,
    RulePack,
    StickerRule,
    packs,
    rules_for,
)
from services.vehicles.domain.care.stickers import Emitter, Sticker, sticker_of
from services.vehicles.domain.cars.categories import VehicleCategory, euro_norm, fuel_classes
from services.vehicles.storage.care.obligations import ObligationDone
from services.vehicles.storage.cars.models import Vehicle
from shared.local_day import local_day

RECALL: Final = "recall:"
"""How the rule of a reminder begins that a recall made, and no pack."""


class DueState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    """It may be done, or its day is near."""
    OVERDUE = "overdue"


class Missing(StrEnum):
    """What somebody has to say before more can be told."""

    COUNTRY = "country"
    FIRST_REGISTRATION = "first_registration"
    FUEL_TYPE = "fuel_type"


@dataclass(frozen=True, slots=True)
class Asked:
    rule: CountryRule
    due: Due

    def state_on(self, today: date) -> DueState:
        if self.due.due_on < today:
            return DueState.OVERDUE
        opens = self.due.opens_on or self.due.due_on - timedelta(days=LEAD_DAYS)
        return DueState.OPEN if opens <= today else DueState.PLANNED


@dataclass(frozen=True, slots=True)
class Duties:
    """`pack` is None where no rule of ours is about its country."""

    pack: RulePack | None
    category: VehicleCategory
    missing: tuple[Missing, ...]
    asked: tuple[Asked, ...]
    sticker: Sticker | None = None
    sticker_rule: StickerRule | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A reminder that a rule makes; `rule` names it among those of its car."""

    rule: str
    kind: ReminderKind
    due_on: date
    lead_days: int
    notes: CountryRule


def duties_of(vehicle: Vehicle, done: Iterable[ObligationDone], today: date) -> Duties:
    category = VehicleCategory(vehicle.category or VehicleCategory.CAR)
    fuels = fuel_classes(vehicle.energies, vehicle.fuel_type)
    pack = packs().get(vehicle.country or "")
    missing = [] if vehicle.country else [Missing.COUNTRY]
    if vehicle.first_registered_on is None:
        missing.append(Missing.FIRST_REGISTRATION)
    if pack is None:
        return Duties(None, category, tuple(missing), ())
    if not fuels:
        missing.append(Missing.FUEL_TYPE)
    rules = list(
        rules_for(pack, category=category, fuels=fuels, historic=vehicle.historic, today=today)
    )
    asked = tuple(_asked(vehicle, rules, list(done)))
    emitter = Emitter(
        category, fuels, euro_norm(vehicle.euro_norm), vehicle.first_registered_on,
        vehicle.electric_range_metres,
    )  # fmt: skip
    sticker = sticker_of(pack.sticker, emitter) if pack.sticker else None
    return Duties(pack, category, tuple(missing), asked, sticker, pack.sticker)


def _asked(
    vehicle: Vehicle, rules: Sequence[CountryRule], rows: Sequence[ObligationDone]
) -> Iterator[Asked]:
    done: dict[str, list[Done]] = {}
    for row in rows:
        done.setdefault(row.kind, []).append(row.value)
    found: dict[ObligationKind, Due] = {}
    for rule in rules:
        due = _due(vehicle, rule, found, done.get(rule.obligation, []))
        if due is None:
            continue
        if vehicle.category is None:
            due = replace(due, assumed=(*due.assumed, Assumed.CATEGORY))
        found[rule.obligation] = due
        yield Asked(rule, due)


def _due(
    vehicle: Vehicle, rule: CountryRule, found: dict[ObligationKind, Due], done: Sequence[Done]
) -> Due | None:
    if rule.after is not None:
        return following(rule, found.get(rule.after.obligation), done)
    first = vehicle.first_registered_on
    if first is None and rule.policy is None:
        return _by_paper_alone(done)
    entered = local_day(vehicle.created_at, vehicle.timezone)
    return next_due(rule, Registered(first or entered, entered), done)


def _by_paper_alone(done: Sequence[Done]) -> Due | None:
    """Nobody knows how old it is, but its last paper says when it has to be shown again."""
    last = max(done, key=lambda each: each.on, default=None)
    if last is None or last.next_on is None:
        return None
    return Due(last.next_on, None, Basis.PAPER, last)


def reminders_of(asked: Iterable[Asked]) -> Iterator[Told]:
    for each in asked:
        rule, due = each.rule, each.due
        if rule.policy is not None:
            for lead in rule.policy.leads_days:
                yield Told(f"insurance:{lead}", ReminderKind.INSURANCE, due.due_on, lead, rule)
        else:
            is_retest = due.basis is Basis.RETEST
            name = "retest" if is_retest else rule.obligation.value
            yield Told(name, ReminderKind.INSPECTION, due.due_on, LEAD_DAYS, rule)
