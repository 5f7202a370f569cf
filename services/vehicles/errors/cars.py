"""The refusals of what a car is.

AppError
├── InvalidInput
│   ├── VinMalformed            neither 17 characters of the VIN alphabet nor a shorter chassis number
│   ├── PlateMalformed          nothing left of the plate, or too long
│   ├── RoleNotGiven            an owner's: a car is handed over
│   ├── TokenOrInvitation       one of the two names an invitation
│   ├── MeterMissing            hours of a car that counts none, or kilometres of a machine that counts hours
│   └── TripWithoutReading      a trip is told, and no reading it could be added to
└── Conflict
    ├── VinTaken                the owner has a car with this VIN
    ├── ReadingSettled          voided readings stay void
    ├── MeterFixed              what a car is fitted with, once there are readings of it
    ├── SegmentExists           a cluster began on that day already
    ├── PhaseRefused            the car is in that state already, or was moved later than that day
    ├── NameTaken               the catalogue, or the owner's list, has it
    ├── MembersFull             twenty people at most share a car
    ├── AlreadyMember           whoever accepts has the car already
    ├── OwnerStays              an owner cannot leave their own car
    ├── OfferSettled            somebody was quicker: it has been accepted or declined
    ├── VinExists               whoever takes a car over has one with this VIN
    └── HandoverOpen            one offer at a time
(Forbidden)
    ├── AddressUnproven         the account's address is not verified, or not known here yet
    └── AddressDiffers          the offer is for another address
(AppError)
    └── OfferGone               withdrawn, or too late: 410
(TooMany)
    └── InvitedJustNow          one mail a minute, fifty invitations a day
"""

from shared.errors import AppError, Conflict, Forbidden, InvalidInput, TooMany
from shared.messages import Text


class VinMalformed(InvalidInput):
    code = "vin_malformed"
    text = Text(
        fr="Un numéro VIN compte 17 caractères, sans I, O ni Q ; un numéro de châssis plus court en compte au moins 5.",
        en="A VIN has 17 characters, without I, O and Q; a shorter chassis number has at least 5.",
        es="Un VIN tiene 17 caracteres, sin I, O ni Q; un número de bastidor más corto tiene al menos 5.",
    )


class PlateMalformed(InvalidInput):
    code = "plate_malformed"
    text = Text(
        fr="Une plaque compte de 1 à 12 lettres et chiffres.",
        en="A number plate has 1 to 12 letters and digits.",
        es="Una matrícula tiene de 1 a 12 letras y cifras.",
    )


class RoleNotGiven(InvalidInput):
    code = "role_not_given"
    text = Text(
        fr="Un véhicule a un seul propriétaire : pour en changer, transmettez le véhicule.",
        en="A vehicle has one owner: to change that, hand it over.",
        es="Un vehículo tiene un solo propietario: para cambiarlo, transmite el vehículo.",
    )


class TokenOrInvitation(InvalidInput):
    code = "token_or_invitation"
    text = Text(
        fr="Donnez soit le jeton du mail, soit l’identifiant de l’invitation.",
        en="Give either the token of the mail or the id of the invitation.",
        es="Indica el token del correo o el identificador de la invitación.",
    )


class MeterMissing(InvalidInput):
    code = "meter_missing"
    text = Text(
        fr="Ce véhicule n’a pas ce compteur.",
        en="This vehicle does not have that meter.",
        es="Este vehículo no tiene ese contador.",
    )


class TripWithoutReading(InvalidInput):
    code = "trip_without_reading"
    text = Text(
        fr="Aucun relevé auquel ajouter ce trajet : indiquez le kilométrage.",
        en="There is no reading to add this trip to: give the mileage.",
        es="No hay ninguna lectura a la que sumar este trayecto: indica el kilometraje.",
    )


class MeterFixed(Conflict):
    code = "meter_fixed"
    text = Text(
        fr="Le type de compteur ne change plus une fois qu’il y a des relevés.",
        en="The kind of meter stays as it is once there are readings.",
        es="El tipo de contador ya no cambia cuando hay lecturas.",
    )


class SegmentExists(Conflict):
    code = "segment_exists"
    text = Text(
        fr="Un nouveau compteur commence déjà ce jour-là.",
        en="A new cluster already begins on that day.",
        es="Ya hay un cuadro nuevo que empieza ese día.",
    )


class VinTaken(Conflict):
    code = "vin_taken"
    text = Text(
        fr="Vous avez déjà un véhicule avec ce VIN.",
        en="You already have a vehicle with this VIN.",
        es="Ya tienes un vehículo con este VIN.",
    )


class ReadingSettled(Conflict):
    code = "reading_settled"
    text = Text(
        fr="Ce relevé est déjà réglé.",
        en="This reading is already settled.",
        es="Esta lectura ya está resuelta.",
    )


class NameTaken(Conflict):
    code = "name_taken"
    text = Text(
        fr="Ce nom existe déjà.",
        en="This name exists already.",
        es="Este nombre ya existe.",
    )


class PhaseRefused(Conflict):
    """`lifecycle`: the state the car is in."""

    code = "wrong_state"
    text = Text(
        fr="Le véhicule est déjà dans cet état, ou a changé d'état après ce jour.",
        en="The vehicle is in that state already, or changed state after that day.",
        es="El vehículo ya está en ese estado, o cambió de estado después de ese día.",
    )


class MembersFull(Conflict):
    code = "members_full"
    text = Text(
        fr="Un véhicule se partage avec {limit} personnes au plus, invitations comprises.",
        en="A vehicle is shared with {limit} people at most, invitations included.",
        es="Un vehículo se comparte con {limit} personas como máximo, invitaciones incluidas.",
    )


class AlreadyMember(Conflict):
    code = "already_member"
    text = Text(
        fr="Ce véhicule est déjà le vôtre, ou déjà partagé avec vous.",
        en="This vehicle is already yours, or already shared with you.",
        es="Este vehículo ya es tuyo o ya está compartido contigo.",
    )


class OwnerStays(Conflict):
    code = "owner_stays"
    text = Text(
        fr="Le propriétaire ne peut pas quitter son véhicule : cédez-le ou supprimez-le.",
        en="The owner cannot leave their own vehicle: hand it over or delete it.",
        es="El propietario no puede abandonar su vehículo: cédelo o elimínalo.",
    )


class OfferSettled(Conflict):
    code = "offer_settled"
    text = Text(
        fr="Cette invitation ou cession a déjà été acceptée ou refusée.",
        en="This invitation or handover has already been accepted or declined.",
        es="Esta invitación o cesión ya se ha aceptado o rechazado.",
    )


class OfferGone(AppError):
    code = "offer_gone"
    status = 410
    text = Text(
        fr="Cette invitation ou cession a été retirée, ou elle a expiré.",
        en="This invitation or handover was withdrawn, or it has expired.",
        es="Esta invitación o cesión se ha retirado o ha caducado.",
    )


class AddressUnproven(Forbidden):
    code = "address_unproven"
    text = Text(
        fr="Vérifiez d'abord l'adresse e-mail de votre compte.",
        en="Verify your account's e-mail address first.",
        es="Verifica primero la dirección de correo de tu cuenta.",
    )


class AddressDiffers(Forbidden):
    code = "address_differs"
    text = Text(
        fr="Cette invitation est destinée à une autre adresse que celle de votre compte.",
        en="This is meant for another address than your account's.",
        es="Esto está destinado a una dirección distinta de la de tu cuenta.",
    )


class VinExists(Conflict):
    code = "vin_exists"
    text = Text(
        fr="Vous avez déjà un véhicule avec le VIN de celui-ci.",
        en="You already have a vehicle with this one's VIN.",
        es="Ya tienes un vehículo con el VIN de este.",
    )


class HandoverOpen(Conflict):
    code = "handover_open"
    text = Text(
        fr="Ce véhicule est déjà proposé à quelqu'un : retirez d'abord cette cession.",
        en="This vehicle is already on offer to somebody: withdraw that handover first.",
        es="Este vehículo ya está ofrecido a alguien: retira primero esa cesión.",
    )


class InvitedJustNow(TooMany):
    code = "invited_just_now"
    text = Text(
        fr="Une invitation vient d'être envoyée : réessayez plus tard.",
        en="An invitation has just been sent: try again later.",
        es="Acaba de enviarse una invitación: inténtalo más tarde.",
    )
