"""What people say of a garage: one review each, whose mean is true the moment one of them changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from services.vehicles.domain.garages.ratings import visit_behind
from services.vehicles.errors.garages import GarageClosed, OwnGarage, ReviewExists
from services.vehicles.storage.garages.models import Garage
from services.vehicles.storage.garages.reviews import GarageReview
from services.vehicles.usecases.garages.people import (
    Acting,
    hold_any_garage,
    hold_garage,
    tell_person,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles_garages import GarageNewsKind
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id


class ReviewFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    id: UUID
    rating: int
    title: str | None
    comment: str | None
    is_named: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A review and what its author is called in public: a first name and an initial, if they wish."""

    review: GarageReview
    author: str | None


async def add_review(
    work: Work, *, access: Access, garage_id: UUID, facts: ReviewFacts
) -> GarageReview:
    """Raises NotFound, GarageClosed, OwnGarage, ReviewExists with the one that is there."""
    garage = await hold_any_garage(work, garage_id=garage_id, pointer="/garage")
    if garage.closed_at is not None:
        raise GarageClosed
    if await work.garages.works_at(access, garage.id):
        raise OwnGarage
    known = await work.reviews.of_person(access, garage.id)
    if known is not None:
        raise ReviewExists(review=str(known.id))
    review = GarageReview(
        id=facts.get("id") or new_id(),
        garage_id=garage.id,
        account_id=access.person,
        version=1,
        title=None,
        comment=None,
        is_named=False,
        visited_at=None,
        edited_at=None,
        answer=None,
        answered_at=None,
        hidden_at=None,
        hidden_because=None,
        created_at=work.now,
        updated_at=work.now,
    )
    await _say(work, access, review, facts)
    work.reviews.add(review)
    await count_anew(work, garage)
    if garage.owner_id is not None:
        stars = str(review.rating)
        tell_person(work, garage.owner_id, GarageNewsKind.REVIEW_WRITTEN, garage, words=stars)
    return review


async def edit_review(
    work: Work, *, access: Access, review_id: UUID, facts: ReviewFacts
) -> GarageReview:
    """By its author. Raises NotFound, RoleInsufficient."""
    review, garage = await _held(work, access, review_id)
    if review.account_id != access.person:
        raise RoleInsufficient
    before = (review.rating, review.title, review.comment)
    await _say(work, access, review, facts)
    if (review.rating, review.title, review.comment) != before:
        review.edited_at = work.now
    _changed(work, review)
    await count_anew(work, garage)
    return review


async def remove_review(work: Work, *, by: Acting, review_id: UUID) -> None:
    """By its author, or an administrator; not by the garage. Raises NotFound, RoleInsufficient."""
    review, garage = await _held(work, by.access, review_id, is_admin=by.is_admin)
    if review.account_id != by.access.person and not by.is_admin:
        raise RoleInsufficient
    await work.reviews.remove(review)
    await count_anew(work, garage)


async def answer_review(
    work: Work, *, by: Acting, review_id: UUID, answer: str | None
) -> GarageReview:
    """By the garage's people; None takes the answer back. Raises NotFound, RoleInsufficient."""
    seen = await read_review(work, by=by, review_id=review_id)
    garage = await hold_garage(work, by=by, garage_id=seen.garage_id)
    review = await _again(work, review_id)
    is_first = review.answer is None and answer is not None
    review.answer = answer
    review.answered_at = None if answer is None else work.now
    _changed(work, review)
    if is_first:
        tell_person(work, review.account_id, GarageNewsKind.REVIEW_ANSWERED, garage)
    return review


async def read_review(work: Work, *, by: Acting, review_id: UUID) -> GarageReview:
    """Raises NotFound, also for what is hidden from them."""
    if by.is_admin:
        return await _again(work, review_id, held=False)
    return await work.reviews.one_seen(by.access, review_id)


async def read_public_review(work: Work, *, by: Acting | None, review_id: UUID) -> GarageReview:
    """By somebody, or by whoever is not signed in."""
    if by is not None:
        return await read_review(work, by=by, review_id=review_id)
    statement = work.reviews.listed(None, is_admin=False)
    statement = statement.where(GarageReview.id == review_id)
    found = (await work.session.scalars(statement)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def authors_of(work: Work, reviews: Iterable[GarageReview]) -> list[Shown]:
    """One query for all."""
    every = list(reviews)
    names = await work.owners.names({each.account_id for each in every if each.is_named})
    return [
        Shown(each, _called(names.get(each.account_id)) if each.is_named else None)
        for each in every
    ]


def _called(name: str | None) -> str | None:
    """`Claire Morel` is `Claire M.` in public."""
    if not name:
        return None
    first, _, last = name.partition(" ")
    return f"{first} {last[0]}." if last else first


async def count_anew(work: Work, garage: Garage) -> None:
    """From the rows, in the transaction that changed them; the caller holds the garage."""
    garage.rating_count, garage.rating_sum = await work.reviews.tally(garage.id)


async def _say(work: Work, access: Access, review: GarageReview, facts: ReviewFacts) -> None:
    if "rating" in facts:
        review.rating = facts["rating"]
    review.is_named = facts.get("is_named", review.is_named)
    if "title" in facts:
        review.title = facts["title"]
    if "comment" in facts:
        review.comment = facts["comment"]
    review.visited_at = visit_behind(
        written_at=work.now,
        last_visit=await work.visits.last_completed(access, review.garage_id),
        stood_behind=review.visited_at,
    )


async def _held(
    work: Work, access: Access, review_id: UUID, *, is_admin: bool = False
) -> tuple[GarageReview, Garage]:
    """The garage first, as everywhere. Raises NotFound."""
    seen = await read_review(work, by=Acting(access, is_admin), review_id=review_id)
    garage = await hold_any_garage(work, garage_id=seen.garage_id)
    return await _again(work, review_id), garage


async def _again(work: Work, review_id: UUID, *, held: bool = True) -> GarageReview:
    found = (
        await work.reviews.held(review_id)
        if held
        else await work.session.get(GarageReview, review_id)
    )
    if found is None:
        raise NotFound
    return found


def _changed(work: Work, review: GarageReview) -> None:
    review.version += 1
    review.updated_at = work.now
