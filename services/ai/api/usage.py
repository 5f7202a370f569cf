from datetime import date

from pydantic import Field

from services.ai.api.dependencies import InWork
from services.ai.usecases.usage import read_usage
from shared.contracts.features import Limit
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router

router = Router(prefix="/api/ai-assistant/assistant", tags=["assistant"])


class TokensOut(AnswerModel):
    limit: int | None = Field(description="null: unlimited")
    used: int
    reserved: int
    left: int | None


class UsageOut(AnswerModel):
    plan: str
    tokens: TokensOut
    calls: dict[str, int]
    calls_total: int
    calls_left: int | None = Field(description="Answers of the engine are not limited: null.")
    resets_on: date


@router.get("/usage")
async def assistant_usage(work: InWork, caller: CurrentCaller) -> UsageOut:
    """Tokens and calls of this month. When the tokens are used up the engine goes on answering."""
    limit = caller.limit(Limit.AI_TOKENS_MONTH)
    found = await read_usage(work, owner_id=caller.user, limit=limit)
    return UsageOut(
        plan=caller.plan.value,
        tokens=TokensOut(
            limit=limit,
            used=found.allowance.used,
            reserved=found.allowance.reserved,
            left=found.allowance.left,
        ),
        calls=found.calls,
        calls_total=sum(found.calls.values()),
        calls_left=None,
        resets_on=found.resets_on,
    )
