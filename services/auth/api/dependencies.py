from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BeforeValidator, EmailStr, Field, StringConstraints

from services.auth.domain.addresses import is_ambiguous
from services.auth.domain.device_marks import marks_among
from services.auth.domain.devices import Asker
from services.auth.domain.recency import Presence
from services.auth.usecases.work import Work
from shared.contracts.base import Language
from shared.errors import AppError
from shared.http.errors import problem_response
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import NO_NUL, Line, RequestModel
from shared.http.work import open_alone, open_transaction, open_work

InWork = Annotated[Work, Depends(open_work, scope="function")]
InTransaction = Annotated[Work, Depends(open_transaction, scope="function")]
"""For a GET that does more than look."""
AloneInWork = Annotated[Work, Depends(open_alone, scope="function")]
"""For the end of the caller's account."""

LONGEST_ADDRESS = 254
UNKNOWN = "unknown"


async def _asker(request: Request, caller: CurrentCaller) -> Asker:
    return Asker(
        ip=caller.ip or UNKNOWN,
        user_agent=caller.user_agent or "",
        actor_id=caller.actor,
        marks=marks_among(request.cookies),
    )


CurrentAsker = Annotated[Asker, Depends(_asker)]


def refused(refusal: AppError, request: Request) -> Any:
    """Answers a refusal that a use case returned; raised, it would undo what the use case wrote."""
    return problem_response(refusal, request)


def done(refusal: AppError | None, request: Request, *, status: int = 204) -> Any:
    return refused(refusal, request) if refusal is not None else Response(status_code=status)


Email = Annotated[
    EmailStr, StringConstraints(max_length=LONGEST_ADDRESS), Field(examples=["lea@example.org"])
]


def _unambiguous(email: Any) -> Any:
    if isinstance(email, str) and is_ambiguous(email):
        raise ValueError("must not hold compatibility characters")
    return email


NewEmail = Annotated[Email, BeforeValidator(_unambiguous)]
"""Where an account gets it."""
Password = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=1024, pattern=NO_NUL),
    Field(examples=["velo-lampe-42-nuages"]),
]
"""Any text, taken as it is; what a good one is, is judged where one is chosen."""


class ProofGiven(RequestModel):
    """Who signed in or proved themselves within the last five minutes may leave the password out."""

    password: Password | None = None


def presence(caller: Caller, asker: Asker, proof: ProofGiven | None) -> Presence:
    password = proof.password if proof is not None else None
    return Presence(caller.user, caller.session_id, password, asker)


async def _present(caller: CurrentCaller, asker: CurrentAsker, body: ProofGiven) -> Presence:
    return presence(caller, asker, body)


async def _maybe_present(
    caller: CurrentCaller, asker: CurrentAsker, body: ProofGiven | None = None
) -> Presence:
    return presence(caller, asker, body)


Present = Annotated[Presence, Depends(_present)]
"""Of a request whose body is a ProofGiven."""
PresentUnsaid = Annotated[Presence, Depends(_maybe_present)]
"""The same where the body may be left out, as clients do with a DELETE."""


ChosenLanguage = Annotated[Language, Field(strict=False)]
"""JSON has no enums: a strict model must be told to take the text."""
OtpCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["042817"])]
OpaqueToken = Annotated[
    str, StringConstraints(min_length=1, max_length=512, pattern=r"^[\x21-\x7e]*$")
]
PhoneNumber = Annotated[
    str,
    StringConstraints(max_length=30, pattern=r"^\+?[0-9][0-9 ().\-]{3,27}[0-9]$"),
    Field(examples=["+33 6 12 34 56 78"]),
]
Name = Annotated[Line, StringConstraints(max_length=100), Field(examples=["Léa"])]
