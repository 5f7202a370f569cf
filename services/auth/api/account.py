from typing import Any, Self
from uuid import UUID

from fastapi import Request

from services.auth.api.dependencies import (
    AloneInWork,
    InWork,
    Name,
    PhoneNumber,
    PresentUnsaid,
    done,
)
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.models import Account
from services.auth.usecases.account import account_of, edit_account, start_deletion
from shared.contracts.base import Language
from shared.contracts.scopes import Scope
from shared.errors import ReauthenticationRequired
from shared.http.access import signed_in
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/auth", tags=["account"])


class AccountOut(AnswerModel):
    id: UUID
    email: str
    first_name: str
    last_name: str
    phone_number: str | None
    language: Language
    roles: list[str]
    email_verified: bool
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls.model_validate(account_facts(account))


def account_facts(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "phone_number": account.phone_number,
        "language": Language(account.language),
        "roles": account.roles,
        "email_verified": account.verified_at is not None,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
    }


class AccountReplacement(RequestModel):
    first_name: Name
    last_name: Name
    phone_number: PhoneNumber | None = None


class AccountEdit(RequestModel):
    first_name: Name | None = None
    last_name: Name | None = None
    phone_number: PhoneNumber | None = None

    def changes(self) -> dict[str, Any]:
        """What was said; a name cannot be unsaid, a telephone number can."""
        said = self.model_dump(exclude_unset=True)
        return {
            name: value
            for name, value in said.items()
            if value is not None or name == "phone_number"
        }


@router.get("/me", openapi_extra=signed_in(Scope.PROFILE_READ))
async def read_account(work: InWork, caller: CurrentCaller) -> AccountOut:
    return AccountOut.of(await account_of(work, caller.user))


@router.put("/me", openapi_extra=signed_in(Scope.PROFILE_WRITE))
async def replace_account(
    body: AccountReplacement, work: InWork, caller: CurrentCaller
) -> AccountOut:
    return AccountOut.of(
        await edit_account(work, account_id=caller.user, changes=body.model_dump())
    )


@router.patch("/me", openapi_extra=signed_in(Scope.PROFILE_WRITE))
async def change_account(body: AccountEdit, work: InWork, caller: CurrentCaller) -> AccountOut:
    return AccountOut.of(await edit_account(work, account_id=caller.user, changes=body.changes()))


@router.delete(
    "/me",
    status_code=204,
    response_model=None,
    responses=problems(PasswordWrong, ReauthenticationRequired),
)
async def erase_account(request: Request, work: AloneInWork, present: PresentUnsaid) -> Any:
    """Ends every session and starts the erasure of everything held about the caller, in every service.

    Needs the password, or a proof of who is there within the last five minutes.
    """
    return done(await start_deletion(work, present), request)
