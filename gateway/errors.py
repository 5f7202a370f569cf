"""What the gateway itself refuses; everything else is a service's answer, passed on.

AppError
├── BadRequest
│   ├── MalformedRequest       400, not HTTP as we read it
│   ├── FormUnreadable         400, a form of an account page that nobody can have filled in
│   └── AmbiguousTarget        400, a path two readers could understand differently
├── RequestTimeout             408
├── TargetTooLong              414
├── HeadersTooLarge            431
├── Broken                     500, our own fault
├── BadGateway                 502, a service broke off
├── Busy                       503, a service is down or full; come back
├── GatewayTimeout             504, a service said nothing in time
├── ApiKeyRefused              401, unknown, mistyped, expired or revoked
└── (shared) Unauthorized, Forbidden, PlanRequired, NotFound, PayloadTooLarge, TooMany, MethodNotAllowed,
             ReauthenticationRequired
"""

from shared.errors import AppError, BadRequest, Unauthorized, Unavailable
from shared.messages import Text


class MalformedRequest(BadRequest):
    code = "malformed_request"
    text = Text(
        fr="La requête HTTP est mal formée.",
        en="The HTTP request is malformed.",
        es="La petición HTTP está mal formada.",
    )


class AmbiguousTarget(BadRequest):
    code = "ambiguous_target"
    text = Text(
        fr="Le chemin demandé est ambigu : ni « // », ni « .. », ni caractères encodés interdits.",
        en="The path is ambiguous: no '//', no '..', no forbidden escapes.",
        es="La ruta es ambigua: sin «//», sin «..» y sin caracteres codificados prohibidos.",
    )


class FormUnreadable(BadRequest):
    code = "form_unreadable"
    text = Text(
        fr="Ce lien ou ce formulaire est illisible : rouvrez le lien de votre message.",
        en="This link or form cannot be read: open the link in your mail once more.",
        es="Este enlace o formulario no se puede leer: vuelve a abrir el enlace de tu correo.",
    )


class ApiKeyRefused(Unauthorized):
    code = "api_key_refused"
    text = Text(
        fr="Cette clé d'API n'est pas valable : inconnue, expirée ou révoquée. Créez-en une autre dans vos réglages.",
        en="This API key is not valid: unknown, expired or revoked. Make another one in your settings.",
        es="Esta clave de API no es válida: desconocida, caducada o revocada. Crea otra en tus ajustes.",
    )


class RequestTimeout(AppError):
    code = "request_timeout"
    status = 408
    text = Text(
        fr="La requête est arrivée trop lentement.",
        en="The request arrived too slowly.",
        es="La petición ha llegado demasiado despacio.",
    )


class TargetTooLong(AppError):
    code = "target_too_long"
    status = 414
    text = Text(
        fr="L'adresse demandée est trop longue.",
        en="The address is too long.",
        es="La dirección es demasiado larga.",
    )


class HeadersTooLarge(AppError):
    code = "headers_too_large"
    status = 431
    text = Text(
        fr="Les en-têtes de la requête sont trop volumineux.",
        en="The request's headers are too large.",
        es="Las cabeceras de la petición son demasiado grandes.",
    )


class Broken(AppError):
    code = "internal_error"
    status = 500


class BadGateway(AppError):
    code = "bad_gateway"
    status = 502
    text = Text(
        fr="Un service interne n'a pas répondu correctement.",
        en="A service inside did not answer properly.",
        es="Un servicio interno no ha respondido correctamente.",
    )


class Busy(Unavailable):
    code = "service_unavailable"

    def __init__(self, *, retry_after: int = 1) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class GatewayTimeout(AppError):
    code = "gateway_timeout"
    status = 504
    text = Text(
        fr="Un service interne met trop de temps à répondre.",
        en="A service inside takes too long to answer.",
        es="Un servicio interno tarda demasiado en responder.",
    )
