from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.dependencies import InWork, Named, chosen_id
from services.vehicles.api.garages.garages import acting
from services.vehicles.errors.garages import GarageClosed, OwnGarage, ReviewExists
from services.vehicles.storage.garages.reviews import GarageReview
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.garages.people import Acting
from services.vehicles.usecases.garages.reviews import (
    ReviewFacts,
    Shown,
    add_review,
    answer_review,
    authors_of,
    edit_review,
    read_public_review,
    read_review,
    remove_review,
)
from services.vehicles.usecases.work import Work
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Moment,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/garages", tags=["garages"])


class ReviewIn(RequestModel):
    rating: Annotated[int, Field(ge=1, le=5, examples=[4])]
    title: Line | None = None
    comment: Prose | None = None
    show_name: bool = False
    """First name and initial; else nobody is named."""


class ReviewOfGarage(Named, ReviewIn):
    """Under an id of the client's choice if it likes."""


class NewReview(ReviewOfGarage):
    garage: Identifier


@every_member_optional
class ReviewEdit(ReviewIn):
    """What is left out stays as it is."""


class AnswerIn(RequestModel):
    answer: Annotated[Prose, Field(min_length=1)]


class ReviewOut(AnswerModel):
    """Neither the author's address nor their account is told to anybody."""

    id: UUID
    garage: UUID
    author: str | None
    """First name and initial, if they wish."""
    is_yours: bool
    rating: int
    title: str | None
    comment: str | None
    verified: bool
    """Its author has been there: a completed booking stands behind it."""
    answer: str | None
    """The garage's."""
    answered_at: Moment | None
    edited_at: Moment | None
    hidden_at: Moment | None
    """By an administrator: only you and they see it."""
    hidden_because: str | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, shown: Shown, caller: Caller) -> Self:
        review = shown.review
        return cls(
            id=review.id,
            garage=review.garage_id,
            author=shown.author,
            is_yours=review.account_id == caller.user_id,
            rating=review.rating,
            title=review.title,
            comment=review.comment,
            verified=review.visited_at is not None,
            answer=review.answer,
            answered_at=review.answered_at,
            edited_at=review.edited_at,
            hidden_at=review.hidden_at,
            hidden_because=review.hidden_because,
            created_at=review.created_at,
            updated_at=review.updated_at,
        )


Reviews = Annotated[
    ListQuery,
    listed_by(
        {"created_at": GarageReview.created_at, "rating": GarageReview.rating},
        default="-created_at",
        search=(GarageReview.title, GarageReview.comment),
    ),
]
NAMES = {"show_name": "is_named"}


def _facts(body: ReviewIn, *, only_said: bool) -> ReviewFacts:
    said: dict[str, Any] = {
        NAMES.get(name, name): getattr(body, name)
        for name in ReviewIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    return cast("ReviewFacts", said)  # the names are those of the models above


def _asking(caller: Caller) -> Acting | None:
    return None if caller.user_id is None else acting(caller)


async def shown_review(work: Work, caller: Caller, review: GarageReview) -> ReviewOut:
    [shown] = await authors_of(work, [review])
    return ReviewOut.of(shown, caller)


@router.get("/reviews", openapi_extra=public())
async def list_reviews(
    work: InWork,
    caller: CurrentCaller,
    listing: Reviews,
    *,
    garage_id: Annotated[UUID | None, Query(alias="garage")] = None,
    rating: Annotated[int | None, Query(ge=1, le=5)] = None,
    verified: Annotated[bool | None, Query()] = None,
    mine: Annotated[bool, Query(description="Only those of the caller.")] = False,
) -> Page[ReviewOut]:
    by = _asking(caller)
    access = None if by is None else by.access
    statement = work.reviews.listed(access, is_admin=by is not None and by.is_admin)
    if mine:
        statement = work.reviews.only_of(caller.access, statement)
    if garage_id is not None:
        statement = statement.where(GarageReview.garage_id == garage_id)
    if rating is not None:
        statement = statement.where(GarageReview.rating == rating)
    if verified is not None:
        is_so = GarageReview.visited_at.is_not(None)
        statement = statement.where(is_so if verified else ~is_so)
    page: Page[GarageReview] = await listing.page(work.session, statement, into=_itself)
    told = await authors_of(work, page.results)
    return page.with_results([ReviewOut.of(each, caller) for each in told])


def _itself(review: GarageReview) -> Any:
    return review


REFUSALS = problems(NotFound, OwnGarage, ReviewExists, GarageClosed, IdTaken)


@router.post("/reviews", status_code=201, responses=REFUSALS)
async def create_review(
    body: NewReview, work: InWork, caller: CurrentCaller, response: Response
) -> ReviewOut:
    """One of each person and garage; a second one is refused, and the first is edited."""
    return await _made(work, caller, response, body.garage, body)


@router.post("/{garage_id}/add_review", status_code=201, responses=REFUSALS)
async def review_a_garage(
    garage_id: UUID, body: ReviewOfGarage, work: InWork, caller: CurrentCaller, response: Response
) -> ReviewOut:
    """The same as `POST reviews`."""
    return await _made(work, caller, response, garage_id, body)


async def _made(
    work: Work, caller: Caller, response: Response, garage_id: UUID, body: ReviewOfGarage
) -> ReviewOut:
    facts = _facts(body, only_said=False)
    review = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, garage_id),
        make=lambda id_: add_review(
            work,
            access=caller.access,
            garage_id=garage_id,
            facts=ReviewFacts(**facts, id=id_),
        ),
        again=lambda id_: read_review(work, by=acting(caller), review_id=id_),
    )
    response.headers["Location"] = f"/api/garages/reviews/{review.id}"
    return await shown_review(work, caller, review)


@router.get("/reviews/{review_id}", openapi_extra=public(), responses=problems(NotFound))
async def get_review(review_id: UUID, work: InWork, caller: CurrentCaller) -> ReviewOut:
    review = await read_public_review(work, by=_asking(caller), review_id=review_id)
    return await shown_review(work, caller, review)


@router.put("/reviews/{review_id}", responses=problems(NotFound, RoleInsufficient))
async def replace_review(
    review_id: UUID, body: ReviewIn, work: InWork, caller: CurrentCaller
) -> ReviewOut:
    facts = _facts(body, only_said=False)
    review = await edit_review(work, access=caller.access, review_id=review_id, facts=facts)
    return await shown_review(work, caller, review)


@router.patch("/reviews/{review_id}", responses=problems(NotFound, RoleInsufficient))
async def change_review(
    review_id: UUID, body: ReviewEdit, work: InWork, caller: CurrentCaller
) -> ReviewOut:
    facts = _facts(body, only_said=True)
    review = await edit_review(work, access=caller.access, review_id=review_id, facts=facts)
    return await shown_review(work, caller, review)


@router.delete(
    "/reviews/{review_id}", status_code=204, responses=problems(NotFound, RoleInsufficient)
)
async def delete_review(review_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_review(work, by=acting(caller), review_id=review_id)


@router.put("/reviews/{review_id}/answer", responses=problems(NotFound, RoleInsufficient))
async def answer_a_review(
    review_id: UUID, body: AnswerIn, work: InWork, caller: CurrentCaller
) -> ReviewOut:
    """By the garage's people, who may answer and not delete."""
    review = await answer_review(work, by=acting(caller), review_id=review_id, answer=body.answer)
    return await shown_review(work, caller, review)


@router.delete(
    "/reviews/{review_id}/answer", status_code=204, responses=problems(NotFound, RoleInsufficient)
)
async def delete_answer(review_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await answer_review(work, by=acting(caller), review_id=review_id, answer=None)
