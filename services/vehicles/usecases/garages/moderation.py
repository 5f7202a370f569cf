"""Reviews that somebody finds should not be there, and what administrators do about them."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from services.vehicles.domain.garages.claims import Deed
from services.vehicles.errors.garages import OwnGarage, ReportSettled
from services.vehicles.storage.garages.reviews import GarageReview, ReviewReport
from services.vehicles.usecases.garages.people import (
    Acting,
    hold_any_garage,
    note_deed,
    tell_person,
)
from services.vehicles.usecases.garages.reviews import count_anew, read_review
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles_garages import GarageNewsKind
from shared.errors import NotFound
from shared.ids import new_id


class ReportReason(StrEnum):
    SPAM = "spam"
    OFFENSIVE = "offensive"
    FALSE = "false"
    """Nothing of it happened."""
    PRIVATE = "private"
    """It names somebody."""
    OFF_TOPIC = "off_topic"
    CONFLICT = "conflict"
    """Written by a rival, or by the garage itself."""


class Outcome(StrEnum):
    HIDDEN = "hidden"
    KEPT = "kept"


HIDDEN: Final = Outcome.HIDDEN


async def add_report(
    work: Work, *, access: Access, review_id: UUID, reason: ReportReason, note: str | None
) -> ReviewReport:
    """One of each person and review: told again, it is the same. Raises NotFound, OwnGarage for one's own review."""
    review = await work.reviews.one_seen(access, review_id)
    if review.account_id == access.person:
        raise OwnGarage
    await hold_any_garage(work, garage_id=review.garage_id)
    known = await work.review_reports.of_person(access, review_id)
    if known is not None:
        return known
    report = ReviewReport(
        id=new_id(),
        review_id=review_id,
        account_id=access.person,
        reason=reason,
        note=note,
        created_at=work.now,
    )
    return work.review_reports.add(report)


async def settle_report(
    work: Work, *, by: Acting, report_id: UUID, outcome: Outcome, because: str | None
) -> ReviewReport:
    """For administrators: all that wait about the same review are answered. Raises NotFound, ReportSettled."""
    report = await work.review_reports.one(report_id)
    if report is None:
        raise NotFound
    if report.settled_at is not None:
        raise ReportSettled
    if outcome is Outcome.HIDDEN:
        await hide_review(work, by=by, review_id=report.review_id, because=because)
        await work.session.refresh(report)
        return report
    for each in await work.review_reports.open_of(report.review_id):
        each.settled_at, each.outcome = work.now, outcome
    return report


async def hide_review(
    work: Work, *, by: Acting, review_id: UUID, because: str | None
) -> GarageReview:
    """For administrators: out of sight and out of the mean; its author sees why."""
    review = await read_review(work, by=by, review_id=review_id)
    garage = await hold_any_garage(work, garage_id=review.garage_id)
    if review.hidden_at is None:
        review.hidden_at, review.hidden_because = work.now, because
        review.version += 1
        note_deed(
            work,
            garage,
            Deed.REVIEW_HIDDEN,
            actor_id=by.access.person,
            about_id=review.account_id,
            because=because,
        )
        tell_person(work, review.account_id, GarageNewsKind.REVIEW_HIDDEN, garage, words=because)
    for each in await work.review_reports.open_of(review_id):
        each.settled_at, each.outcome = work.now, HIDDEN
    await count_anew(work, garage)
    return review


async def unhide_review(work: Work, *, by: Acting, review_id: UUID) -> GarageReview:
    """For administrators: as if it had never been hidden."""
    review = await read_review(work, by=by, review_id=review_id)
    garage = await hold_any_garage(work, garage_id=review.garage_id)
    if review.hidden_at is not None:
        review.hidden_at = review.hidden_because = None
        review.version += 1
        note_deed(
            work,
            garage,
            Deed.REVIEW_SHOWN,
            actor_id=by.access.person,
            about_id=review.account_id,
        )
    await count_anew(work, garage)
    return review
