"""The refusals of the directory of garages.

AppError
├── InvalidInput
│   ├── HoursWrong              spans overlap, or end before they begin
│   ├── ZoneUnknown             the database does not know the clocks of this place
│   ├── PlaceIncomplete         latitude without longitude, or the other way round
│   ├── ProofMissing            a claim by document names one
│   └── ContactMissing          the garage does not publish what is to be proven by
└── Conflict
    ├── GarageExists            the same one is in the directory: here it is
    ├── GarageTaken             it is somebody's
    ├── GarageUnclaimed         nobody's yet: nobody would answer
    ├── GarageClosed            it has closed
    ├── ContactUnproven         the claimant wrote this address or number themselves
    ├── ClaimSettled            it has been answered, or withdrawn
    ├── CodeDead                too many wrong ones, or too late
    ├── ExceptionOverlaps       other hours are said of one of these days already
    ├── GarageFull              no more services, exceptions or staff
    ├── ReviewExists            one per person and garage
    ├── AlreadyStaff            whoever accepts works there
    └── ReportSettled           an administrator was quicker
(Forbidden)
    ├── OwnGarage               nobody reviews where they work
    └── ClaimCodeWrong          this is not the code
(TooMany)
    ├── ClaimedJustNow          a code has just been sent, or too many today
    └── EnteredTooMany          entries of one person in a day
"""

from shared.errors import Conflict, Forbidden, InvalidInput, TooMany
from shared.messages import Text


class HoursWrong(InvalidInput):
    code = "hours_wrong"
    text = Text(
        fr="Les plages d'un jour se suivent sans se chevaucher, et finissent après leur début.",
        en="The hours of a day follow each other without overlapping, and end after they begin.",
        es="Los tramos de un día se suceden sin solaparse y terminan después de empezar.",
    )


class ZoneUnknown(InvalidInput):
    code = "zone_unknown"
    text = Text(
        fr="Fuseau horaire inconnu.",
        en="Unknown time zone.",
        es="Zona horaria desconocida.",
    )


class PlaceIncomplete(InvalidInput):
    code = "place_incomplete"
    text = Text(
        fr="Donnez la latitude et la longitude, ou aucune des deux.",
        en="Give latitude and longitude, or neither.",
        es="Indica la latitud y la longitud, o ninguna de las dos.",
    )


class ContactMissing(InvalidInput):
    code = "contact_missing"
    text = Text(
        fr="Ce garage ne publie pas ce moyen de contact : choisissez une autre preuve.",
        en="This garage does not publish that contact: choose another proof.",
        es="Este taller no publica ese contacto: elige otra prueba.",
    )


class ProofMissing(InvalidInput):
    code = "proof_missing"
    text = Text(
        fr="Joignez le document qui prouve que ce garage est le vôtre.",
        en="Add the document that proves that this garage is yours.",
        es="Adjunta el documento que demuestra que este taller es tuyo.",
    )


class GarageExists(Conflict):
    """`garages`: the ones that are there, to choose from."""

    code = "garage_exists"
    text = Text(
        fr="Ce garage est déjà dans l'annuaire.",
        en="This garage is already in the directory.",
        es="Este taller ya está en el directorio.",
    )


class GarageTaken(Conflict):
    code = "garage_claimed"
    text = Text(
        fr="Ce garage appartient déjà à quelqu'un ; un administrateur peut trancher.",
        en="This garage is already somebody's; an administrator can settle it.",
        es="Este taller ya es de alguien; un administrador puede resolverlo.",
    )


class GarageUnclaimed(Conflict):
    code = "garage_unclaimed"
    text = Text(
        fr="Personne n'a encore prouvé que ce garage est le sien.",
        en="Nobody has proven yet that this garage is theirs.",
        es="Nadie ha demostrado todavía que este taller sea suyo.",
    )


class GarageClosed(Conflict):
    code = "garage_closed"
    text = Text(
        fr="Ce garage a fermé.",
        en="This garage has closed.",
        es="Este taller ha cerrado.",
    )


class ContactUnproven(Conflict):
    code = "contact_unproven"
    text = Text(
        fr="Vous avez écrit ce contact vous-même : il ne prouve rien. Envoyez un document.",
        en="You wrote this contact yourself: it proves nothing. Send a document.",
        es="Escribiste tú este contacto: no demuestra nada. Envía un documento.",
    )


class ClaimSettled(Conflict):
    code = "claim_settled"
    text = Text(
        fr="Cette demande est déjà réglée.",
        en="This claim is already settled.",
        es="Esta solicitud ya está resuelta.",
    )


class CodeDead(Conflict):
    code = "code_dead"
    text = Text(
        fr="Ce code ne sert plus : demandez-en un autre.",
        en="This code no longer works: ask for another one.",
        es="Este código ya no sirve: pide otro.",
    )


class ExceptionOverlaps(Conflict):
    code = "exception_overlaps"
    text = Text(
        fr="D'autres horaires sont déjà donnés pour l'un de ces jours.",
        en="Other hours are already given for one of these days.",
        es="Ya hay otro horario para uno de estos días.",
    )


class GarageFull(Conflict):
    code = "garage_full"
    text = Text(
        fr="Au plus {limit} éléments de ce type.",
        en="{limit} of these at most.",
        es="Como máximo {limit} elementos de este tipo.",
    )


class ReviewExists(Conflict):
    """`review`: yours, to be edited."""

    code = "review_exists"
    text = Text(
        fr="Vous avez déjà donné votre avis sur ce garage : modifiez-le.",
        en="You have already reviewed this garage: edit that.",
        es="Ya has valorado este taller: edita tu valoración.",
    )


class AlreadyStaff(Conflict):
    code = "already_staff"
    text = Text(
        fr="Cette personne travaille déjà dans ce garage.",
        en="This person already works at this garage.",
        es="Esta persona ya trabaja en este taller.",
    )


class ReportSettled(Conflict):
    code = "report_settled"
    text = Text(
        fr="Ce signalement est déjà traité.",
        en="This report is already settled.",
        es="Este aviso ya está resuelto.",
    )


class OwnGarage(Forbidden):
    code = "own_garage"
    text = Text(
        fr="Vous travaillez dans ce garage.",
        en="You work at this garage.",
        es="Trabajas en este taller.",
    )


class ClaimCodeWrong(Forbidden):
    """`tries_left`: after none the code is dead."""

    code = "claim_code_wrong"
    text = Text(
        fr="Ce n'est pas le code.",
        en="This is not the code.",
        es="Este no es el código.",
    )


class ClaimedJustNow(TooMany):
    code = "claimed_just_now"
    text = Text(
        fr="Un code vient d'être envoyé, ou trop l'ont été aujourd'hui : réessayez plus tard.",
        en="A code has just been sent, or too many today: try again later.",
        es="Se acaba de enviar un código, o demasiados hoy: inténtalo más tarde.",
    )


class EnteredTooMany(TooMany):
    code = "entered_too_many"
    text = Text(
        fr="Trop de garages ajoutés aujourd'hui : réessayez demain.",
        en="Too many garages entered today: try again tomorrow.",
        es="Demasiados talleres añadidos hoy: inténtalo mañana.",
    )
