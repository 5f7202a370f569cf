from fastapi import Response

from services.auth.api.dependencies import InTransaction
from services.auth.domain.keys import JWKS_MAX_AGE
from services.auth.usecases.keys import public_keys
from shared.http.access import public
from shared.http.models import AnswerModel
from shared.http.router import Router

router = Router(tags=["keys"])


class KeyOut(AnswerModel):
    """RFC 7517."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    alg: str
    use: str


class KeysOut(AnswerModel):
    keys: list[KeyOut]


@router.get("/.well-known/jwks.json", openapi_extra=public())
async def jwks(work: InTransaction, response: Response) -> KeysOut:
    """The public keys access tokens are verified with; the next one is shown ten minutes before it signs."""
    response.headers["Cache-Control"] = f"public, max-age={int(JWKS_MAX_AGE.total_seconds())}"
    return KeysOut(keys=[KeyOut.model_validate(jwk) for jwk in await public_keys(work)])
