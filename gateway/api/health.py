from typing import Any

from fastapi import APIRouter, Response

from gateway.api.dependencies import InWork
from gateway.storage.health import Finding
from gateway.usecases.health import look_around, look_at
from shared.http.access import public
from shared.http.errors import MEDIA_TYPE, PROBLEM_SCHEMA
from shared.http.identity import ADMIN_ROLE, Caller, CurrentCaller
from shared.http.models import AnswerModel

router = APIRouter(prefix="/api/health", tags=["health"])


class PartHealth(AnswerModel):
    name: str
    up: bool
    milliseconds: float | None = None
    """For administrators only, as is the reason."""
    reason: str | None = None


class HouseHealth(AnswerModel):
    status: str
    services: list[PartHealth]


DOWN: dict[int | str, dict[str, Any]] = {
    503: {
        "description": "Something is down: which, is in the answer.",
        "model": HouseHealth,
        "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}},
    }
}


@router.get("", openapi_extra=public(), responses=DOWN, response_model_exclude_none=True)
async def read_health(work: InWork, caller: CurrentCaller, response: Response) -> HouseHealth:
    """Whether every program of the house is up; details for administrators."""
    return _house((await look_around(work)).findings, caller, response)


@router.get("/db", openapi_extra=public(), responses=DOWN, response_model_exclude_none=True)
async def read_database_health(
    work: InWork, caller: CurrentCaller, response: Response
) -> HouseHealth:
    """Whether every service reaches its database."""
    house = await look_around(work)
    findings = [finding for finding in house.findings if finding.name != "gateway"]
    return _house(findings, caller, response)


@router.get("/broker", openapi_extra=public(), responses=DOWN, response_model_exclude_none=True)
async def read_broker_health(
    work: InWork, caller: CurrentCaller, response: Response
) -> HouseHealth:
    """Whether the message broker is connected; without it, effects arrive later but are not lost."""
    finding = Finding("broker", is_up=work.news.broker_connected, milliseconds=0.0)
    return _house([finding], caller, response)


@router.get("/redis", openapi_extra=public(), responses=DOWN, response_model_exclude_none=True)
async def read_redis_health(work: InWork, caller: CurrentCaller, response: Response) -> HouseHealth:
    """The former name of `/api/health/broker`."""
    return await read_broker_health(work, caller, response)


@router.get("/mail", openapi_extra=public(), responses=DOWN, response_model_exclude_none=True)
async def read_mail_health(work: InWork, caller: CurrentCaller, response: Response) -> HouseHealth:
    """Whether mail leaves; without a mail server, mails wait and notifications are shown all the same."""
    mail = (await look_around(work)).mail
    finding = Finding("mail", is_up=mail is not None and mail.is_up, milliseconds=0.0)
    return _house([finding], caller, response)


@router.get("/stripe", openapi_extra=public(), responses=DOWN, response_model_exclude_none=True)
async def read_stripe_health(
    work: InWork, caller: CurrentCaller, response: Response
) -> HouseHealth:
    """Whether billing is able to take payments."""
    finding = await look_at(work, service="billing", path="/internal/health/stripe")
    return _house([_renamed("stripe", finding)], caller, response)


@router.get("/openai", openapi_extra=public(), responses=DOWN, response_model_exclude_none=True)
async def read_openai_health(
    work: InWork, caller: CurrentCaller, response: Response
) -> HouseHealth:
    """Whether the assistant answers; without a model it answers by its rules."""
    finding = await look_at(work, service="ai", path="/internal/health/openai")
    return _house([_renamed("openai", finding)], caller, response)


def _renamed(name: str, finding: Finding) -> Finding:
    return Finding(name, finding.is_up, finding.milliseconds, finding.reason)


def _house(
    findings: list[Finding] | tuple[Finding, ...], caller: Caller, response: Response
) -> HouseHealth:
    is_admin = ADMIN_ROLE in caller.roles
    is_up = all(finding.is_up for finding in findings)
    response.status_code = 200 if is_up else 503
    return HouseHealth(
        status="up" if is_up else "down",
        services=[
            PartHealth(
                name=finding.name,
                up=finding.is_up,
                milliseconds=finding.milliseconds if is_admin else None,
                reason=finding.reason if is_admin else None,
            )
            for finding in findings
        ],
    )
