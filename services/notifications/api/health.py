from services.notifications.api.dependencies import InWork
from services.notifications.usecases.health import mail_health
from shared.http.access import internal_only
from shared.http.models import AnswerModel, Moment
from shared.http.router import Router

router = Router(prefix="/internal/health", tags=["internal"])


class MailHealthOut(AnswerModel):
    up: bool
    delayed: int
    last_sent_at: Moment | None


@router.get("/mail", openapi_extra=internal_only())
async def read_mail_health(work: InWork) -> MailHealthOut:
    """Whether mail leaves. Not part of readiness: notifications are kept and shown without a mail server."""
    return MailHealthOut.model_validate(await mail_health(work))
