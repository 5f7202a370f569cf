from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from services.vehicles.api.dependencies import InWork, chosen
from services.vehicles.domain.care.recalls import COUNTRIES, Certainty, FeedSource
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.care.recalls import RecallCampaign, RecallFeed, RecallMatch
from services.vehicles.usecases.care.recalls import MatchStatus, age_of, settle_recall
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, Pages, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["obligations"])


class RecallOut(AnswerModel):
    """A campaign that may be about this car. Only the maker knows: please check by the VIN."""

    id: UUID
    vehicle: UUID
    certainty: Certainty
    status: MatchStatus
    please_check: bool = True
    source: FeedSource
    country: str
    number: str
    title: str
    risk: str | None
    remedy: str | None
    url: str | None
    makes: list[str]
    models: list[str]
    published_on: date | None
    built_from: date | None
    built_to: date | None
    has_vin_ranges: bool
    seen_at: Moment
    """When the feed told it last."""
    found_at: Moment

    @classmethod
    def of(cls, row: RecallMatch, campaign: RecallCampaign) -> Self:
        source = FeedSource(campaign.source)
        return cls(
            id=row.id,
            vehicle=row.vehicle_id,
            certainty=Certainty(row.certainty),
            status=MatchStatus(row.status),
            source=source,
            country=COUNTRIES[source],
            number=campaign.number,
            title=campaign.title,
            risk=campaign.risk,
            remedy=campaign.remedy,
            url=campaign.url,
            makes=campaign.makes,
            models=campaign.models,
            published_on=campaign.published_on,
            built_from=campaign.built_from,
            built_to=campaign.built_to,
            has_vin_ranges=bool(campaign.vins),
            seen_at=campaign.seen_at,
            found_at=row.created_at,
        )


class SettleIn(RequestModel):
    status: Annotated[MatchStatus, chosen(MatchStatus)]
    """`done`, or `not_mine`; `open` again."""


class RecallFeedOut(AnswerModel):
    source: FeedSource
    country: str
    read_at: Moment | None
    age_days: int | None
    """Since it was read last: what is shown of it is that old."""
    failure: str | None
    """Why it could not be read when it was tried last."""
    campaigns: int

    @classmethod
    def of(cls, feed: RecallFeed, now: datetime) -> Self:
        source = FeedSource(feed.source)
        return cls(
            source=source,
            country=COUNTRIES[source],
            read_at=feed.read_at,
            age_days=age_of(feed, now),
            failure=feed.failure,
            campaigns=feed.campaigns,
        )


Recalls = Annotated[
    ListQuery, listed_by({"created_at": RecallMatch.created_at}, default="-created_at")
]
GONE = problems(NotFound, RoleInsufficient)


@router.get("/vehicles/{vehicle_id}/recalls", responses=GONE)
async def list_vehicle_recalls(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, listing: Recalls
) -> Page[RecallOut]:
    """Recalls that may be about this car, with those that are settled."""
    await work.vehicles.one_for(caller.access, vehicle_id, May.READ_CARE)
    statement = work.recalls.listed(caller.access, vehicle_id)
    page: Page[RecallMatch] = await listing.page(work.session, statement, into=lambda row: row)
    campaigns = await work.campaigns.these({row.campaign_id for row in page.results})
    return page.with_results(
        [RecallOut.of(row, campaigns[row.campaign_id]) for row in page.results]
    )


@router.patch("/vehicles/{vehicle_id}/recalls/{match_id}", responses=GONE)
async def settle_vehicle_recall(
    vehicle_id: UUID, match_id: UUID, body: SettleIn, work: InWork, caller: CurrentCaller
) -> RecallOut:
    """It was done, or it is not about this car: nobody is told of it again."""
    row, campaign = await settle_recall(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        match_id=match_id,
        status=body.status,
    )
    return RecallOut.of(row, campaign)


@router.get("/recall-feeds")
async def list_recall_feeds(
    work: InWork, _caller: CurrentCaller, listing: Pages
) -> Page[RecallFeedOut]:
    """From where recalls are known, and how old what is known is."""
    found = [RecallFeedOut.of(each, work.now) for each in (await work.campaigns.feeds()).values()]
    return listing.of(found[listing.start : listing.start + listing.page_size], len(found))
