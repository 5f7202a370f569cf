from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.auth.api.account import AccountOut, account_facts
from services.auth.api.dependencies import CurrentAsker, InWork
from services.auth.errors.accounts import OneselfProtected
from services.auth.storage.models import Account
from services.auth.usecases.users import Grantable, administer_user, user_of
from shared.errors import NotFound
from shared.http.access import admin_only
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/auth/users", tags=["users"])


class UserOut(AccountOut):
    """As an administrator sees an account."""

    locked_at: Moment | None

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls.model_validate(account_facts(account) | {"locked_at": account.locked_at})


ChosenRole = Annotated[Grantable, Field(strict=False)]


class UserEdit(RequestModel):
    roles: list[ChosenRole] | None = Field(default=None, max_length=len(Grantable))
    locked: bool | None = None


Users = Annotated[
    ListQuery,
    listed_by(
        {
            "created_at": Account.created_at,
            "email": Account.email_key,
            "last_name": Account.last_name,
        },
        default="-created_at",
        search=(Account.email, Account.first_name, Account.last_name),
    ),
]


@router.get("", openapi_extra=admin_only())
async def list_users(work: InWork, listing: Users) -> Page[UserOut]:
    """Search looks into address and names."""
    return await listing.page(work.session, work.accounts.everybody(), into=UserOut.of)


@router.get("/{user_id}", openapi_extra=admin_only(), responses=problems(NotFound))
async def read_user(user_id: UUID, work: InWork) -> UserOut:
    return UserOut.of(await user_of(work, user_id=user_id))


@router.patch(
    "/{user_id}", openapi_extra=admin_only(), responses=problems(NotFound, OneselfProtected)
)
async def change_user(
    user_id: UUID, body: UserEdit, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> UserOut:
    """Lock, unlock, or set the roles; ends the person's sessions, so that it holds at once."""
    account = await administer_user(
        work,
        user_id=user_id,
        actor_id=caller.user,
        roles=body.roles,
        locked=body.locked,
        asker=asker,
    )
    return UserOut.of(account)
