from services.ai.api.dependencies import AtDesk
from services.ai.errors import ModelAway
from services.ai.usecases.health import check_model
from shared.http.access import internal_only
from shared.http.errors import problems
from shared.http.models import AnswerModel
from shared.http.router import Router

router = Router(prefix="/internal/health", tags=["internal"])


class ModelHealthOut(AnswerModel):
    up: bool


@router.get("/openai", openapi_extra=internal_only(), responses=problems(ModelAway))
async def read_model_health(desk: AtDesk) -> ModelHealthOut:
    """Whether the model answers people, as far as their own questions tell; the provider is not asked for this."""
    await check_model(desk.llm)
    return ModelHealthOut(up=True)
