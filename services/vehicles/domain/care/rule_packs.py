"""What a country asks of a vehicle, as dated data with its source (`data/obligations_*.json`): never said in code.

A pack is corrected by replacing its file; a rule that ended keeps its `valid_to`, so that an old day is judged by its own rule.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from services.vehicles.domain.care.services import read_data
from services.vehicles.domain.cars.categories import FuelClass, VehicleCategory
from shared.messages import Text

PREFIX: Final = "obligations_"
SUFFIX: Final = ".json"


class ObligationKind(StrEnum):
    INSPECTION = "inspection"
    POLLUTION_TEST = "pollution_test"
    INSURANCE = "insurance"


class RebaseFrom(StrEnum):
    """From which day the next one is counted."""

    DONE = "done"
    """The day of the test."""
    KEPT_IF_EARLY = "kept_if_early"
    """The day it was due, if it was done a little early; else the day of the test."""
    ANNIVERSARY = "anniversary"
    """The anniversaries of the first registration, whenever it is done."""
    MONTH = "month"
    """The month of the test: due until that month's end."""


@dataclass(frozen=True, slots=True)
class Step:
    """From this age on, every so many months."""

    from_age_months: int
    months: int


@dataclass(frozen=True, slots=True)
class First:
    """By this age; it may be done from `window_months` before."""

    months: int
    window_months: int | None


@dataclass(frozen=True, slots=True)
class Started:
    """A rule that began for vehicles that were old already: of those registered until then, the first between two days."""

    registered_until: date
    since: date
    by: date
    anniversary_months: int | None = None
    """Not later than so many months after the anniversary of the first registration in that year, or after the rule began."""


@dataclass(frozen=True, slots=True)
class After:
    """So many months after another obligation was done."""

    obligation: ObligationKind
    months: int
    window_months: int


@dataclass(frozen=True, slots=True)
class Rebase:
    since: RebaseFrom
    early_months: int = 0
    early_days: int = 0
    """How much earlier than due it may be done without losing the day; the days may take from the months (one month minus a day)."""
    day_before: int = 0
    """It runs out so many days before the anniversary of the test: a British test of 16 May ends on 15 May."""
    restarts_if_earlier: bool = False
    """Passed earlier still, its own day is the anniversary from then on (the Irish voluntary early test)."""


@dataclass(frozen=True, slots=True)
class Retest:
    """After a test that was not passed."""

    months: int
    counts_from_first: bool
    """Passed within that time, the next one is counted from the test that was failed."""
    critical_valid_days: int | None
    """So many days a vehicle with a critical defect may be driven; None where the law makes no such difference."""


@dataclass(frozen=True, slots=True)
class SaleReport:
    """Who sells a vehicle older than this shows a report no older than that."""

    from_age_months: int
    months: int


@dataclass(frozen=True, slots=True)
class Policy:
    """What is told of an insurance before it ends."""

    leads_days: tuple[int, ...]
    cancellable_after_months: int | None
    notice_months: int | None


class Confidence(StrEnum):
    """What was read on the day a rule was checked."""

    LAW = "law"
    """The text itself."""
    OFFICIAL = "official"
    """A page of an authority."""
    SECONDARY = "secondary"
    """Others' pages that agree."""
    UNVERIFIED = "unverified"
    """None was found."""


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    url: str
    checked_on: date
    confidence: Confidence
    read: tuple[str, ...]
    """The pages that were read on that day."""


@dataclass(frozen=True, slots=True)
class CountryRule:
    """One rule for some categories of vehicles; `historic`: only for those registered as such, only for others, or None for all."""

    id: str
    country: str
    version: date
    obligation: ObligationKind
    categories: frozenset[VehicleCategory]
    fuels: frozenset[FuelClass]
    except_fuels: frozenset[FuelClass]
    historic: bool | None
    first: First | None
    then: tuple[Step, ...]
    started: tuple[Started, ...]
    after: After | None
    rebase: Rebase
    retest: Retest | None
    sale_report: SaleReport | None
    policy: Policy | None
    ends_at_age_months: int | None
    not_if_registered_before: date | None
    notes: Text
    unchecked: Text | None
    """What of it no source was found for, or what nobody can know here."""
    source: Source
    valid_from: date
    valid_to: date | None

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class StickerTable:
    """Which sticker: `value` for all of them, or by Euro norm, or by the day of first registration (the latest `from` counts)."""

    categories: frozenset[VehicleCategory]
    fuels: frozenset[FuelClass]
    with_fuels: frozenset[FuelClass]
    """Only of what is all of these, too."""
    value: str | None
    range_km_from: int | None
    by_norm: Mapping[str, str]
    by_date: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class StickerRule:
    kind: str
    tables: tuple[StickerTable, ...]
    notes: Text
    source: Source
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class RulePack:
    country: str
    version: date
    rules: tuple[CountryRule, ...]
    sticker: StickerRule | None


def rules_for(
    pack: RulePack,
    *,
    category: VehicleCategory,
    fuels: Iterable[FuelClass],
    historic: bool,
    today: date,
) -> Iterator[CountryRule]:
    """One for each kind of obligation: the first of the pack that is about such a vehicle today."""
    known, told = frozenset(fuels), set()
    for rule in pack.rules:
        about = (
            category in rule.categories
            and rule.historic in {None, historic}
            and (not rule.fuels or bool(rule.fuels & known))
            and not (rule.except_fuels & known)
        )
        if about and rule.obligation not in told and rule.is_valid_on(today):
            told.add(rule.obligation)
            yield rule


@cache
def packs() -> Mapping[str, RulePack]:
    """By country."""
    folder = resources.files("services.vehicles.domain") / "data"
    names = sorted(entry.name for entry in folder.iterdir())
    found = [_pack(read_data(name)) for name in names if name.startswith(PREFIX) and name.endswith(SUFFIX)]  # fmt: skip
    return {pack.country: pack for pack in found}


def _pack(data: Mapping[str, Any]) -> RulePack:
    country, version = data["country"], date.fromisoformat(data["version"])
    return RulePack(
        country=country,
        version=version,
        rules=tuple(_rule(country, version, row) for row in data["rules"]),
        sticker=_sticker(data["sticker"]) if data["sticker"] else None,
    )


def _rule(country: str, version: date, row: Mapping[str, Any]) -> CountryRule:
    rebase, after = row.get("rebase", {"from": RebaseFrom.DONE}), row.get("after")
    first, policy, retest, sale = (
        row.get(name) for name in ("first", "policy", "retest", "sale_report")
    )
    return CountryRule(
        id=row["id"],
        country=country,
        version=version,
        obligation=ObligationKind(row["obligation"]),
        categories=frozenset(map(VehicleCategory, row["categories"])),
        fuels=frozenset(map(FuelClass, row.get("fuels", ()))),
        except_fuels=frozenset(map(FuelClass, row.get("except_fuels", ()))),
        historic=row.get("historic"),
        first=First(first["months"], first.get("window_months")) if first else None,
        then=tuple(Step(**step) for step in row.get("then", ())),
        started=tuple(
            Started(
                registered_until=date.fromisoformat(each["registered_until"]),
                since=date.fromisoformat(each["from"]),
                by=date.fromisoformat(each["by"]),
                anniversary_months=each.get("anniversary_months"),
            )
            for each in row.get("started", ())
        ),
        after=After(ObligationKind(after["obligation"]), after["months"], after["window_months"])
        if after
        else None,
        rebase=Rebase(
            RebaseFrom(rebase["from"]),
            rebase.get("early_months", 0),
            rebase.get("early_days", 0),
            rebase.get("day_before", 0),
            rebase.get("restarts_if_earlier", False),
        ),
        retest=Retest(
            retest["months"], retest["counts_from_first"], retest.get("critical_valid_days")
        )
        if retest
        else None,
        sale_report=SaleReport(**sale) if sale else None,
        policy=Policy(
            tuple(policy["leads_days"]),
            policy["cancellable_after_months"],
            policy["notice_months"],
        )
        if policy
        else None,
        ends_at_age_months=row.get("ends_at_age_months"),
        not_if_registered_before=_day(row.get("not_if_registered_before")),
        notes=Text(**row["notes"]),
        unchecked=Text(**row["unchecked"]) if "unchecked" in row else None,
        source=_source(row),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _sticker(row: Mapping[str, Any]) -> StickerRule:
    return StickerRule(
        kind=row["kind"],
        tables=tuple(
            StickerTable(
                categories=frozenset(map(VehicleCategory, table.get("categories", ()))),
                fuels=frozenset(map(FuelClass, table["fuels"])),
                with_fuels=frozenset(map(FuelClass, table.get("with", ()))),
                value=table.get("value"),
                range_km_from=table.get("range_km_from"),
                by_norm=table.get("by_norm", {}),
                by_date=tuple(
                    (date.fromisoformat(each["from"]), each["value"])
                    for each in table.get("by_date", ())
                ),
            )
            for table in row["tables"]
        ),
        notes=Text(**row["notes"]),
        source=_source(row),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _source(row: Mapping[str, Any]) -> Source:
    said = row["source"]
    return Source(
        said["title"],
        said["url"],
        date.fromisoformat(row["checked_on"]),
        Confidence(said["confidence"]),
        tuple(said["read"]),
    )


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
