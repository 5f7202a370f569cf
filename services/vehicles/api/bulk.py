from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import Request
from pydantic import Field

from services.vehicles.api.dependencies import InWork, chosen
from services.vehicles.usecases.bulk import attempt_each
from shared.errors import Conflict, Unavailable
from shared.http.errors import Spoken, problem, problems
from shared.http.models import AnswerModel, FreeObject, RequestModel
from shared.http.nested import Answer, ask
from shared.http.router import Router

router = Router(prefix="/api/bulk", tags=["bulk"])
MOST = 100
CHANGED = (
    r"^/api/(vehicles|odometer|maintenances|maintenance-plans|reminders|diagnostics|expenses|fills|charges)"
    r"(/[A-Za-z0-9_-]{1,64}){0,4}/?$"
)
"""What belongs to cars."""


class Method(StrEnum):
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class OperationIn(RequestModel):
    """As it would be asked by itself."""

    method: Annotated[Method, chosen(Method)]
    path: Annotated[str, Field(max_length=400, pattern=CHANGED, examples=["/api/expenses"])]
    body: FreeObject | None = None


class BulkIn(RequestModel):
    operations: Annotated[list[OperationIn], Field(min_length=1, max_length=MOST)]


class ResultOut(AnswerModel):
    """What it would have been answered by itself: `body` from 200 on, a problem (RFC 9457) from 400 on."""

    status: int
    location: str | None
    body: Any | None
    problem: dict[str, Any] | None


class BulkOut(AnswerModel):
    succeeded: int
    failed: int
    results: list[ResultOut]
    """In the order of the operations."""


@router.post("", responses=problems(Unavailable))
async def change_many(body: BulkIn, request: Request, work: InWork, language: Spoken) -> BulkOut:
    """Up to a hundred changes in one request, one after the other. Each is kept or refused by itself, with its own answer; with an
    Idempotency-Key the whole is done once.
    """

    def refused(path: str, conflict: Conflict) -> Answer:
        return Answer(conflict.status, None, problem(conflict, language=language, path=path))

    answers = await attempt_each(
        work,
        [
            partial(ask, request, work, method=each.method.value, path=each.path, body=each.body)
            for each in body.operations
        ],
        refused=partial(refused, request.url.path),
    )
    results = [_result(answer) for answer in answers]
    failed = sum(1 for result in results if result.problem is not None)
    return BulkOut(succeeded=len(results) - failed, failed=failed, results=results)


def _result(answer: Answer) -> ResultOut:
    is_refused = answer.problem is not None
    return ResultOut(
        status=answer.status,
        location=answer.location,
        body=None if is_refused else answer.body,
        problem=answer.problem,
    )
