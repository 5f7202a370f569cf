from datetime import date
from typing import Annotated, Self

from fastapi import Query
from pydantic import Field

from services.vehicles.api.care.obligations import SourceOut
from services.vehicles.api.dependencies import speaks
from services.vehicles.domain.care.rule_packs import CountryRule, ObligationKind, RulePack
from services.vehicles.domain.cars.categories import FuelClass, VehicleCategory
from services.vehicles.usecases.care.rule_packs import read_packs
from shared.contracts.base import Language
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.pagination import Page, Pages
from shared.http.router import Router

router = Router(prefix="/api/rule-packs", tags=["obligations"])


class RuleOut(AnswerModel):
    """One rule for some categories of vehicles; ages and intervals in months."""

    id: str
    kind: ObligationKind
    categories: list[VehicleCategory]
    fuels: list[FuelClass]
    """Empty: whatever it runs on."""
    historic: bool | None
    first_months: int | None
    intervals: Annotated[list[tuple[int, int]], Field(examples=[[[48, 24]]])]
    """From which age on, every so many months."""
    notes: str
    unchecked: str | None
    """What of it no source was found for."""
    source: SourceOut
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, rule: CountryRule, language: Language) -> Self:
        return cls(
            id=rule.id,
            kind=rule.obligation,
            categories=sorted(rule.categories),
            fuels=sorted(rule.fuels),
            historic=rule.historic,
            first_months=rule.first.months if rule.first else None,
            intervals=[(step.from_age_months, step.months) for step in rule.then],
            notes=rule.notes.into(language),
            unchecked=rule.unchecked.into(language) if rule.unchecked else None,
            source=SourceOut.of(rule.source),
            valid_from=rule.valid_from,
            valid_to=rule.valid_to,
        )


class RulePackOut(AnswerModel):
    country: str
    version: date
    sticker: str | None
    rules: list[RuleOut]

    @classmethod
    def of(cls, pack: RulePack, language: Language) -> Self:
        return cls(
            country=pack.country,
            version=pack.version,
            sticker=pack.sticker.kind if pack.sticker else None,
            rules=[RuleOut.of(rule, language) for rule in pack.rules],
        )


@router.get("")
async def list_rule_packs(
    caller: CurrentCaller,
    listing: Pages,
    *,
    country: Annotated[str | None, Query(pattern="^[A-Z]{2}$", examples=["FR"])] = None,
) -> Page[RulePackOut]:
    """The rules obligations are worked out by, with their days and sources."""
    found = read_packs(country=country)
    language = speaks(caller)
    page = found[listing.start : listing.start + listing.page_size]
    return listing.of([RulePackOut.of(pack, language) for pack in page], len(found))
