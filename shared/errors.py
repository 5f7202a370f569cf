"""The root of every refusal.

AppError                       a refusal a client can read: code, status, text in three languages
├── InvalidInput               422, with pointers to what is wrong
├── BadRequest                 400
├── Unauthorized               401
├── Forbidden                  403
│   ├── PersonallyOnly         neither an API key nor an administrator acting for the person
│   ├── ScopeRequired          the API key is not for this
│   ├── PlanRequired           the plan does not open the feature
│   └── QuotaExceeded          the plan's limit is reached
├── NotFound                   404, also for what belongs to somebody else
├── Conflict                   409
│   └── IdTaken                the id a client chose is something else's
├── PreconditionFailed         412
├── PayloadTooLarge            413
├── UnsupportedMediaType       415
├── TooMany                    429
└── Unavailable                503
Permanent                      a message or job that no retry will help
Later                          a job that asks to be run again at a given time
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from shared.contracts.features import Feature, Limit, Plan, cheapest_plan_with
from shared.contracts.scopes import Scope
from shared.messages import Text


class AppError(Exception):
    """`extra` members go into the problem document and fill the text's placeholders."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    text: ClassVar[Text] = Text(
        fr="Une erreur est survenue.", en="Something went wrong.", es="Se ha producido un error."
    )

    def __init__(
        self, *, pointer: str | None = None, headers: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(self.code)
        self.pointer = pointer
        self.headers = dict(headers or {})
        self.extra = extra


class InvalidInput(AppError):
    code = "invalid_input"
    status = 422
    text = Text(
        fr="Certaines valeurs ne sont pas valides.",
        en="Some values are not valid.",
        es="Algunos valores no son válidos.",
    )


class BadRequest(AppError):
    code = "bad_request"
    status = 400
    text = Text(
        fr="La requête n'est pas compréhensible.",
        en="The request cannot be understood.",
        es="No se entiende la petición.",
    )


class Unauthorized(AppError):
    code = "unauthorized"
    status = 401
    text = Text(
        fr="Connectez-vous pour continuer.",
        en="Sign in to continue.",
        es="Inicia sesión para continuar.",
    )

    def __init__(self, **extra: Any) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"}, **extra)


class Forbidden(AppError):
    code = "forbidden"
    status = 403
    text = Text(
        fr="Vous n'avez pas le droit de faire cela.",
        en="You are not allowed to do this.",
        es="No tienes permiso para hacer esto.",
    )


class PersonallyOnly(Forbidden):
    code = "personally_only"
    text = Text(
        fr="Seul le titulaire du compte peut faire cela, une fois connecté ; ni une clé d'API, ni quelqu'un qui agit en son nom.",
        en="Only the owner of the account may do this, signed in; neither an API key nor anybody acting in their name.",
        es="Solo el titular de la cuenta puede hacer esto, con la sesión iniciada; ni una clave de API ni nadie que actúe en su nombre.",
    )


class ScopeRequired(Forbidden):
    code = "scope_required"
    text = Text(
        fr="Cette clé d'API n'a pas le droit « {required_scope} ».",
        en="This API key does not have the scope {required_scope}.",
        es="Esta clave de API no tiene el permiso «{required_scope}».",
    )

    def __init__(self, scope: Scope) -> None:
        super().__init__(required_scope=scope.value)


class PlanRequired(Forbidden):
    code = "plan_required"
    text = Text(
        fr="Cette fonction fait partie de la formule {required_plan}.",
        en="This feature is part of the {required_plan} plan.",
        es="Esta función forma parte del plan {required_plan}.",
    )

    def __init__(self, feature: Feature, upgrade_url: str = "/api/subscriptions/checkout") -> None:
        super().__init__(
            feature=feature.value,
            required_plan=cheapest_plan_with(feature).value,
            upgrade_url=upgrade_url,
        )


class QuotaExceeded(Forbidden):
    code = "quota_exceeded"
    text = Text(
        fr="Votre formule permet {limit} éléments de ce type ; vous en avez déjà {used}.",
        en="Your plan allows {limit} of these; you already have {used}.",
        es="Tu plan permite {limit} de estos elementos; ya tienes {used}.",
    )

    def __init__(
        self, *, resource: Limit, limit: int, used: int, required_plan: Plan | None = None
    ) -> None:
        super().__init__(
            resource=resource.value,
            limit=limit,
            used=used,
            required_plan=required_plan.value if required_plan else None,
        )


class RoleInsufficient(Forbidden):
    """It is seen, and not theirs to change; what is not even seen is NotFound."""

    code = "role_insufficient"
    text = Text(
        fr="Votre rôle ne permet pas cela ici.",
        en="Your role does not allow this here.",
        es="Tu rol no permite esto aquí.",
    )


class NotFound(AppError):
    code = "not_found"
    status = 404
    text = Text(fr="Introuvable.", en="Not found.", es="No encontrado.")


class PersonErased(NotFound):
    """Whoever this is about is erased: listeners and jobs end here, without a trace."""


class Conflict(AppError):
    code = "conflict"
    status = 409
    text = Text(
        fr="L'état actuel ne permet pas cette opération.",
        en="The current state does not allow this.",
        es="El estado actual no permite esta operación.",
    )


class IdTaken(Conflict):
    code = "id_taken"
    text = Text(
        fr="Cet identifiant est déjà pris : choisissez-en un autre.",
        en="This id is already taken: choose another one.",
        es="Este identificador ya está en uso: elige otro.",
    )


class PreconditionFailed(AppError):
    code = "precondition_failed"
    status = 412
    text = Text(
        fr="L'élément a été modifié entre-temps : rechargez-le.",
        en="It has changed in the meantime: load it again.",
        es="Ha cambiado entretanto: vuelve a cargarlo.",
    )


class PayloadTooLarge(AppError):
    code = "payload_too_large"
    status = 413
    text = Text(
        fr="Le fichier ou le corps envoyé est trop grand.",
        en="What you sent is too large.",
        es="Lo que has enviado es demasiado grande.",
    )


class UnsupportedMediaType(AppError):
    code = "unsupported_media_type"
    status = 415
    text = Text(
        fr="Ce type de contenu n'est pas accepté.",
        en="This type of content is not accepted.",
        es="Este tipo de contenido no se admite.",
    )


class ReauthenticationRequired(AppError):
    """Who is there was proven too long ago for this: refused by auth, and by the gateway which asks it."""

    code = "reauthentication_required"
    status = 403
    text = Text(
        fr="Confirmez d’abord que c’est vous, avec votre mot de passe, votre clé d’accès ou un code.",
        en="Confirm that it is you first, with your password, your passkey or a code.",
        es="Confirma primero que eres tú, con tu contraseña, tu llave de acceso o un código.",
    )


class MethodNotAllowed(AppError):
    code = "method_not_allowed"
    status = 405
    text = Text(
        fr="Cette adresse n'accepte pas cette méthode.",
        en="This address does not accept that method.",
        es="Esta dirección no acepta ese método.",
    )


class TooMany(AppError):
    code = "too_many_requests"
    status = 429
    text = Text(
        fr="Trop de demandes : réessayez dans un instant.",
        en="Too many requests: try again in a moment.",
        es="Demasiadas peticiones: inténtalo de nuevo en un momento.",
    )


class Unavailable(AppError):
    code = "unavailable"
    status = 503
    text = Text(
        fr="Le service est momentanément indisponible.",
        en="The service is unavailable for the moment.",
        es="El servicio no está disponible por el momento.",
    )


class Permanent(Exception):
    """No retry will help: straight to the dead letters, with this reason."""


class Later(Exception):
    """Run this job again after `delay`; does not count as a failed attempt."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"again in {delay}")
        self.delay = delay
