from typing import Annotated, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.vehicles.api.dependencies import InWork, chosen
from services.vehicles.api.garages.garages import acting
from services.vehicles.api.garages.reviews import ReviewOut, shown_review
from services.vehicles.errors.garages import OwnGarage, ReportSettled
from services.vehicles.storage.garages.reviews import ReviewReport
from services.vehicles.usecases.garages.moderation import (
    Outcome,
    ReportReason,
    add_report,
    hide_review,
    settle_report,
    unhide_review,
)
from shared.errors import NotFound
from shared.http.access import admin_only
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Line, Moment, Prose, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/garages", tags=["garages"])


class ReportIn(RequestModel):
    reason: Annotated[ReportReason, chosen(ReportReason)]
    note: Annotated[Prose, Field(max_length=2000)] | None = None


class SettlementIn(RequestModel):
    outcome: Annotated[Outcome, chosen(Outcome)]
    reason: Line | None = None
    """Told to the author of a review that is hidden."""


class HidingIn(RequestModel):
    reason: Line
    """Told to its author."""


class ReportOut(AnswerModel):
    id: UUID
    review: UUID
    reason: ReportReason
    note: str | None
    outcome: Outcome | None
    created_at: Moment
    settled_at: Moment | None

    @classmethod
    def of(cls, report: ReviewReport) -> Self:
        return cls(
            id=report.id,
            review=report.review_id,
            reason=ReportReason(report.reason),
            note=report.note,
            outcome=Outcome(report.outcome) if report.outcome else None,
            created_at=report.created_at,
            settled_at=report.settled_at,
        )


Reports = Annotated[
    ListQuery, listed_by({"created_at": ReviewReport.created_at}, default="created_at")
]


@router.post(
    "/reviews/{review_id}/report", status_code=201, responses=problems(NotFound, OwnGarage)
)
async def report_a_review(
    review_id: UUID, body: ReportIn, work: InWork, caller: CurrentCaller, response: Response
) -> ReportOut:
    """An administrator will look at it; told again, it is the same report."""
    report = await add_report(
        work, access=caller.access, review_id=review_id, reason=body.reason, note=body.note
    )
    response.headers["Location"] = f"/api/garages/reviews/{review_id}"
    return ReportOut.of(report)


@router.get("/reports", openapi_extra=admin_only())
async def list_reports(work: InWork, listing: Reports) -> Page[ReportOut]:
    """Those that wait, the oldest first."""
    statement = work.review_reports.waiting()
    return await listing.page(work.session, statement, into=ReportOut.of)


@router.post(
    "/reports/{report_id}/settle",
    openapi_extra=admin_only(),
    responses=problems(NotFound, ReportSettled),
)
async def settle_a_report(
    report_id: UUID, body: SettlementIn, work: InWork, caller: CurrentCaller
) -> ReportOut:
    """Hides the review or keeps it; all reports about it are answered."""
    report = await settle_report(
        work,
        by=acting(caller),
        report_id=report_id,
        outcome=body.outcome,
        because=body.reason,
    )
    return ReportOut.of(report)


@router.post("/reviews/{review_id}/hide", openapi_extra=admin_only(), responses=problems(NotFound))
async def hide_a_review(
    review_id: UUID, body: HidingIn, work: InWork, caller: CurrentCaller
) -> ReviewOut:
    """Out of sight and out of the mean; its author still sees it, and why."""
    review = await hide_review(work, by=acting(caller), review_id=review_id, because=body.reason)
    return await shown_review(work, caller, review)


@router.post("/reviews/{review_id}/show", openapi_extra=admin_only(), responses=problems(NotFound))
async def show_a_review(review_id: UUID, work: InWork, caller: CurrentCaller) -> ReviewOut:
    """Takes the hiding back."""
    review = await unhide_review(work, by=acting(caller), review_id=review_id)
    return await shown_review(work, caller, review)
