"""The refusals of bookings at garages.

AppError
├── InvalidInput
│   ├── SlotPast                it lies behind us, or more than a year ahead
│   ├── SlotOffGrid             bookings begin on the quarter of an hour
│   ├── BookingTooLong          what takes longer than a day is agreed with the garage
│   └── ReasonMissing           a garage that cancels says why
└── Conflict
    ├── SlotFull                every bay is taken then: here are the next three free
    ├── SlotClosed              the garage is not open all that time: the same
    ├── BookingsAhead           a change would turn customers away, and says no word why
    ├── BookingsNotTaken        this garage takes none here
    ├── CarNotInUse             laid up, sold or scrapped
    ├── TooManyBookings         that wait, of one car
    ├── WrongState              a booking goes from one state to some others, and not to this one
    ├── TooLateToCancel         by the garage's rule: here is its telephone
    └── NoShowUntimely          from a quarter of an hour after the start, on that day
(Forbidden)
    └── GarageOnly              confirming, starting, completing are the garage's
"""

from shared.errors import Conflict, Forbidden, InvalidInput
from shared.messages import Text


class SlotPast(InvalidInput):
    code = "slot_past"
    text = Text(
        fr="Choisissez un horaire à venir, dans les douze mois.",
        en="Choose a time to come, within twelve months.",
        es="Elige una hora futura, dentro de los próximos doce meses.",
    )


class SlotOffGrid(InvalidInput):
    code = "slot_off_grid"
    text = Text(
        fr="Un rendez-vous commence au quart d'heure : 9 h, 9 h 15, 9 h 30 ou 9 h 45.",
        en="An appointment starts on the quarter: 9:00, 9:15, 9:30 or 9:45.",
        es="Una cita empieza en un cuarto de hora: 9:00, 9:15, 9:30 o 9:45.",
    )


class BookingTooLong(InvalidInput):
    code = "booking_too_long"
    text = Text(
        fr="Ces prestations prennent plus d'une journée : convenez-en avec le garage.",
        en="These services take more than a day: agree on them with the garage.",
        es="Estos servicios llevan más de un día: acuérdalos con el taller.",
    )


class ReasonMissing(InvalidInput):
    code = "reason_missing"
    text = Text(
        fr="Dites au client pourquoi vous annulez.",
        en="Tell the customer why you cancel.",
        es="Dile al cliente por qué cancelas.",
    )


class SlotFull(Conflict):
    code = "slot_full"
    text = Text(
        fr="Cet horaire vient d'être pris. Les prochains horaires libres sont dans next_free.",
        en="This time has been taken. The next free ones are in next_free.",
        es="Esta hora ya está ocupada. Las siguientes libres están en next_free.",
    )


class SlotClosed(Conflict):
    code = "slot_closed"
    text = Text(
        fr="Le garage n'est pas ouvert pendant tout ce temps. Les prochains horaires libres sont dans next_free.",
        en="The garage is not open for all that time. The next free ones are in next_free.",
        es="El taller no está abierto durante todo ese tiempo. Las siguientes horas libres están en next_free.",
    )


class BookingsAhead(Conflict):
    code = "bookings_ahead"
    text = Text(
        fr="Des rendez-vous ne tiendraient plus. Déplacez-les, ou donnez un motif (reason) : ils seront annulés, les clients prévenus.",
        en="Appointments ahead would not hold any more. Move them, or give a reason (reason): they are cancelled and their customers told.",
        es="Hay citas futuras que dejarían de ser posibles. Muévelas, o da un motivo (reason): se cancelan y se avisa a los clientes.",
    )


class BookingsNotTaken(Conflict):
    code = "bookings_not_taken"
    text = Text(
        fr="Ce garage ne prend pas de rendez-vous ici.",
        en="This garage takes no bookings here.",
        es="Este taller no acepta citas aquí.",
    )


class CarNotInUse(Conflict):
    code = "car_not_in_use"
    text = Text(
        fr="Ce véhicule n'est pas en circulation : remettez-le d'abord en service.",
        en="This vehicle is not in use: reactivate it first.",
        es="Este vehículo no está en uso: reactívalo primero.",
    )


class TooManyBookings(Conflict):
    code = "too_many_bookings"
    text = Text(
        fr="Ce véhicule a déjà {most} rendez-vous à venir : annulez-en un d'abord.",
        en="This vehicle has {most} appointments to come already: cancel one first.",
        es="Este vehículo ya tiene {most} citas pendientes: cancela una primero.",
    )


class WrongState(Conflict):
    code = "wrong_state"
    text = Text(
        fr="Ce rendez-vous n'est plus dans un état qui le permet.",
        en="This appointment is not in a state that allows it.",
        es="Esta cita no está en un estado que lo permita.",
    )


class TooLateToCancel(Conflict):
    code = "too_late_to_cancel"
    text = Text(
        fr="Il est trop tard pour annuler ou déplacer ici : appelez le garage.",
        en="It is too late to cancel or move it here: call the garage.",
        es="Es demasiado tarde para cancelar o cambiar aquí: llama al taller.",
    )


class NoShowUntimely(Conflict):
    code = "no_show_untimely"
    text = Text(
        fr="Une absence se note à partir d'un quart d'heure après le début, le jour même.",
        en="A no-show is noted from a quarter of an hour after the start, on that day.",
        es="Una ausencia se anota desde un cuarto de hora después del inicio, ese mismo día.",
    )


class GarageOnly(Forbidden):
    code = "garage_only"
    text = Text(
        fr="Seul le garage peut faire cela.",
        en="Only the garage can do this.",
        es="Solo el taller puede hacer esto.",
    )
