"""The refusals of what leaves with its owner, and of what guests write down.

AppError
├── InvalidInput
│   ├── ExportTooLong           more rows than a page of a browser waits for
│   ├── ExportNeedsCar          a history, a passport and a statement of trips are one car's
│   ├── ExportNeedsYear         a statement of trips is one year's
│   ├── GuestDayWrong           too long ago, or still to come
│   ├── LinkDayWrong            it ends before today, or later than a link may live
│   └── NotAPassport            what was sent to be verified is none
├── Forbidden
│   └── GuestMayNot             the link is for something else
├── Conflict
│   ├── ExportNotReady          it is still being made, or has failed
│   └── LinksFull               as many as a car may have
├── Unavailable
│   └── PassportsBusy           as many bundles as we hold at once are being verified
├── LinkDead                    410: revoked, over, or never given to anybody
└── TooMany
    ├── ExportsWaiting          several are being made already
    └── GuestTooOften           more than a guest writes down in an hour
"""

from shared.errors import AppError, Conflict, Forbidden, InvalidInput, TooMany, Unavailable
from shared.messages import Text


class ExportTooLong(InvalidInput):
    code = "export_too_long"
    text = Text(
        fr="Plus de {most} lignes : demandez un export (POST /api/car-exports), ou une période plus courte.",
        en="More than {most} rows: ask for an export (POST /api/car-exports), or for a shorter period.",
        es="Más de {most} filas: pide una exportación (POST /api/car-exports) o un período más corto.",
    )


class ExportNeedsCar(InvalidInput):
    code = "export_needs_car"
    text = Text(
        fr="Un historique, un passeport et un relevé de trajets sont ceux d'un seul véhicule : indiquez lequel.",
        en="A history, a passport and a statement of trips are one car's: say which.",
        es="Un historial, un pasaporte y una relación de trayectos son de un solo vehículo: indica cuál.",
    )


class ExportNeedsYear(InvalidInput):
    code = "export_needs_year"
    text = Text(
        fr="Un relevé de trajets est celui d'une année : indiquez laquelle.",
        en="A statement of trips is one year's: say which.",
        es="Una relación de trayectos es de un año: indica cuál.",
    )


class LinkDayWrong(InvalidInput):
    code = "link_day_wrong"
    text = Text(
        fr="Le lien finit aujourd'hui au plus tôt et dans {most_days} jours au plus tard.",
        en="The link ends today at the earliest, and in {most_days} days at the latest.",
        es="El enlace termina hoy como muy pronto y dentro de {most_days} días como muy tarde.",
    )


class GuestDayWrong(InvalidInput):
    code = "guest_day_wrong"
    text = Text(
        fr="Un invité note ce qui est d'aujourd'hui ou des {most_days} derniers jours.",
        en="A guest writes down what is of today or of the last {most_days} days.",
        es="Un invitado anota lo de hoy o de los últimos {most_days} días.",
    )


class NotAPassport(InvalidInput):
    code = "not_a_passport"
    text = Text(
        fr="Ce n'est pas un passeport AutoTrack.",
        en="This is no AutoTrack passport.",
        es="Esto no es un pasaporte de AutoTrack.",
    )


class PassportsBusy(Unavailable):
    code = "passports_busy"
    text = Text(
        fr="Beaucoup de passeports sont en cours de vérification : réessayez dans un instant.",
        en="Many passports are being verified: try again in a moment.",
        es="Se están verificando muchos pasaportes: vuelve a intentarlo en un momento.",
    )


class GuestMayNot(Forbidden):
    code = "guest_may_not"
    text = Text(
        fr="Ce lien ne permet pas cela.",
        en="This link is not for that.",
        es="Este enlace no permite eso.",
    )


class ExportNotReady(Conflict):
    code = "export_not_ready"
    text = Text(
        fr="Cet export n'est pas prêt.",
        en="This export is not ready.",
        es="Esta exportación no está lista.",
    )


class LinksFull(Conflict):
    code = "links_full"
    text = Text(
        fr="Ce véhicule a déjà {limit} liens ouverts : révoquez-en un.",
        en="This car already has {limit} open links: revoke one.",
        es="Este vehículo ya tiene {limit} enlaces abiertos: revoca uno.",
    )


class LinkDead(AppError):
    code = "link_dead"
    status = 410
    text = Text(
        fr="Ce lien n'est plus valable. Demandez-en un autre à la personne qui vous l'a donné.",
        en="This link is no longer valid. Ask whoever gave it to you for another.",
        es="Este enlace ya no es válido. Pide otro a quien te lo dio.",
    )


class ExportsWaiting(TooMany):
    code = "exports_waiting"
    text = Text(
        fr="Plusieurs de vos exports sont déjà en préparation : attendez qu'ils soient prêts.",
        en="Several exports of yours are being made already: wait until they are ready.",
        es="Ya se están preparando varias exportaciones tuyas: espera a que estén listas.",
    )


class GuestTooOften(TooMany):
    code = "guest_too_often"
    text = Text(
        fr="Ce lien a beaucoup servi dans la dernière heure : réessayez plus tard.",
        en="This link was used a lot in the last hour: try again later.",
        es="Este enlace se ha usado mucho en la última hora: inténtalo más tarde.",
    )
