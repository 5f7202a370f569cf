"""Every refusal and every failure leaves as an RFC 9457 problem in the caller's language; nothing internal leaks."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import structlog
from asyncpg import InterfaceError as DriverError
from asyncpg import InternalClientError as DriverFault
from asyncpg import PostgresError
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException

from shared.contracts.base import Language
from shared.db.away import is_database_away
from shared.db.repository import TAKEN
from shared.errors import (
    AppError,
    BadRequest,
    Conflict,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)
from shared.messages import Text, choose_language
from shared.observe.correlation import current

log = structlog.get_logger()
SERVER_FAULT = 500
LOST_RACES = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock, as PostgreSQL names them."""
UNFIT = "22"
"""PostgreSQL's class of values that do not fit: too large, not a character, not a date it knows."""
FOREIGN_KEY = "23503"
"""What it belongs to was deleted in the meantime, or something else still needs it."""
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: Text(fr="Requête incorrecte", en="Bad request", es="Petición incorrecta"),
    401: Text(fr="Connexion requise", en="Sign-in required", es="Inicio de sesión requerido"),
    403: Text(fr="Accès refusé", en="Forbidden", es="Acceso denegado"),
    404: Text(fr="Introuvable", en="Not found", es="No encontrado"),
    405: Text(fr="Méthode non permise", en="Method not allowed", es="Método no permitido"),
    408: Text(fr="Requête trop lente", en="Request timeout", es="Petición demasiado lenta"),
    409: Text(fr="Conflit", en="Conflict", es="Conflicto"),
    410: Text(fr="Disparu", en="Gone", es="Ya no existe"),
    412: Text(fr="Version dépassée", en="Precondition failed", es="Versión obsoleta"),
    413: Text(fr="Contenu trop grand", en="Content too large", es="Contenido demasiado grande"),
    415: Text(fr="Type non accepté", en="Unsupported media type", es="Tipo no admitido"),
    416: Text(fr="Plage hors du fichier", en="Range not satisfiable", es="Rango no válido"),
    422: Text(fr="Données non valides", en="Invalid data", es="Datos no válidos"),
    429: Text(fr="Trop de demandes", en="Too many requests", es="Demasiadas peticiones"),
    500: Text(fr="Erreur interne", en="Internal error", es="Error interno"),
    502: Text(fr="Service injoignable", en="Bad gateway", es="Servicio inaccesible"),
    503: Text(fr="Service indisponible", en="Service unavailable", es="Servicio no disponible"),
    504: Text(fr="Délai dépassé", en="Gateway timeout", es="Tiempo agotado"),
    507: Text(fr="Plus de place", en="Insufficient storage", es="Sin espacio"),
}
UNEXPECTED = Text(
    fr="Une erreur inattendue est survenue ; elle a été notée sous le numéro {trace_id}.",
    en="Something unexpected happened; it was noted under number {trace_id}.",
    es="Se ha producido un error inesperado; se ha anotado con el número {trace_id}.",
)


class AlreadyThere(Conflict):
    """What a use case did not refuse itself, because two came at once."""

    code = "already_exists"
    text = Text(
        fr="Il existe déjà un élément avec ces valeurs.",
        en="There is already one with these values.",
        es="Ya existe un elemento con estos valores.",
    )


BY_STATUS: dict[int, type[AppError]] = {
    400: BadRequest,
    401: Unauthorized,
    404: NotFound,
    405: MethodNotAllowed,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
    422: InvalidInput,
}
SENTENCES = {
    "missing": Text(
        fr="Ce champ est obligatoire.",
        en="This field is required.",
        es="Este campo es obligatorio.",
    ),
    "extra_forbidden": Text(
        fr="Ce champ n'existe pas.", en="There is no such field.", es="Este campo no existe."
    ),
    "json_invalid": Text(fr="Ce n'est pas du JSON.", en="This is not JSON.", es="Esto no es JSON."),
    "string_too_long": Text(
        fr="Texte trop long.", en="Text too long.", es="Texto demasiado largo."
    ),
    "string_too_short": Text(
        fr="Texte trop court.", en="Text too short.", es="Texto demasiado corto."
    ),
    "enum": Text(fr="Valeur inconnue.", en="Unknown value.", es="Valor desconocido."),
    "literal_error": Text(fr="Valeur inconnue.", en="Unknown value.", es="Valor desconocido."),
}
ANY_SENTENCE = Text(fr="Valeur non valide.", en="Not a valid value.", es="Valor no válido.")


def language_of(request: Request) -> Language:
    """Accept-Language first, then what the account prefers, then French."""
    caller = request.scope.get("autotrack.caller")
    return choose_language(
        request.headers.get("accept-language"), getattr(caller, "language", None)
    )


async def _spoken(request: Request) -> Language:
    return language_of(request)


Spoken = Annotated[Language, Depends(_spoken)]
"""The language to tell names and sentences in."""


def problem(
    error: AppError, *, language: Language, path: str, errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The problem document of a refusal."""
    correlation = current()
    body: dict[str, Any] = {
        "type": f"urn:autotrack:problem:{error.code}",
        "title": TITLES.get(error.status, TITLES[500]).into(language),
        "status": error.status,
        "detail": error.text.into(language, **error.extra),
        "code": error.code,
        "instance": path,
        "trace_id": correlation.trace_id,
        "request_id": correlation.request_id,
    }
    if error.pointer is not None and not errors:
        errors = [{"pointer": error.pointer, "code": error.code, "message": body["detail"]}]
    if errors:
        body["errors"] = errors
    return body | {name: value for name, value in error.extra.items() if name not in body}


def problem_response(
    error: AppError, request: Request, errors: list[dict[str, Any]] | None = None
) -> JSONResponse:
    body = problem(error, language=language_of(request), path=request.url.path, errors=errors)
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": language_of(request).value,
        **error.headers,
    }
    return JSONResponse(body, error.status, headers, media_type=MEDIA_TYPE)


def pointer_to(location: Sequence[int | str]) -> str:
    """JSON pointer into the body (RFC 6901)."""
    return "".join("/" + _escaped(part) for part in location)


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _pointer(location: tuple[int | str, ...]) -> str:
    """Into the body, or `?name`, `{name}`, `name:` for query, path and header."""
    where, *rest = location
    escaped = [_escaped(part) for part in rest]
    match where:
        case "body":
            return pointer_to(rest)
        case "query":
            return "?" + ".".join(escaped)
        case "path":
            return "{" + ".".join(escaped) + "}"
        case _:
            return ".".join(map(str, location))


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    language = language_of(request)
    kinds = [item["type"] for item in error.errors()]
    errors = [
        {
            "pointer": _pointer(tuple(item["loc"])),
            "code": item["type"],
            "message": SENTENCES.get(item["type"], ANY_SENTENCE).into(language),
        }
        for item in error.errors()
    ][:50]
    if any(item["loc"][:1] == ("path",) for item in error.errors()):
        return problem_response(NotFound(), request)
    refusal: AppError = BadRequest() if "json_invalid" in kinds else InvalidInput()
    return problem_response(refusal, request, errors)


async def _refused(request: Request, error: AppError) -> JSONResponse:
    level = log.warning if error.status >= SERVER_FAULT else log.info
    level("request.refused", code=error.code, status=error.status)
    return problem_response(error, request)


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    return problem_response(refusal_of(error), request)


def refusal_of(error: HTTPException) -> AppError:
    """What the framework refuses itself: a path or a method nobody serves."""
    refusal = BY_STATUS.get(
        error.status_code, BadRequest if error.status_code < SERVER_FAULT else Unavailable
    )()
    refusal.headers |= dict(error.headers or {})
    return refusal


async def _fault(request: Request, error: Exception) -> JSONResponse:
    """What nobody foresaw, told apart by what PostgreSQL or its driver said."""
    if is_database_away(error):
        log.warning("request.database_away", error=type(error).__name__)
        return problem_response(Unavailable(headers={"Retry-After": "2"}), request)
    if isinstance(error, DBAPIError):
        return await _database(request, error)
    return await unexpected(request, error)


async def _database(request: Request, error: DBAPIError) -> JSONResponse:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith(UNFIT):
        log.warning("request.data_error", error=type(error.orig).__name__, state=state)
        return problem_response(InvalidInput(), request)
    if state in LOST_RACES:
        return _overtaken(request)
    if state in {TAKEN, FOREIGN_KEY}:
        refusal = AlreadyThere() if state == TAKEN else Conflict()
        log.warning("request.lost_a_race", constraint=_constraint_of(error))
        return problem_response(refusal, request)
    return await unexpected(request, error)


def _constraint_of(error: DBAPIError) -> str | None:
    return getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)


def _overtaken(request: Request) -> JSONResponse:
    """Somebody else's change came first."""
    if "if-match" in request.headers:
        return problem_response(PreconditionFailed(), request)
    return problem_response(Unavailable(headers={"Retry-After": "1"}), request)


class _Unexpected(AppError):
    code = "internal_error"
    status = 500
    text = UNEXPECTED


async def unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request.failed", error=type(error).__name__, exc_info=error)
    return problem_response(_Unexpected(trace_id=current().trace_id), request)


def install_error_handlers(app: FastAPI) -> None:
    # coroutines all: a plain function would cost every refusal a thread
    handlers: Mapping[Any, Any] = {
        AppError: _refused,
        RequestValidationError: _invalid,
        HTTPException: _http,
        SQLAlchemyError: _fault,
        PostgresError: _fault,
        DriverError: _fault,
        DriverFault: _fault,
        ConnectionError: _fault,
        TimeoutError: _fault,
        Exception: unexpected,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "code", "instance", "trace_id", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable, for programs."},
        "instance": {"type": "string"},
        "trace_id": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the body, ?name for a query parameter.",
                    },
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def problems(*refusals: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: which refusals it may answer."""
    found: dict[int | str, dict[str, Any]] = {}
    for refusal in refusals:
        entry = found.setdefault(
            refusal.status, {"description": "", "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}}
        )
        entry["description"] = ", ".join(filter(None, [entry["description"], refusal.code]))
    return found
