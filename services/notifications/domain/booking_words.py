"""What is said of a booking, to the customer and to the garage, in the three languages."""

from dataclasses import dataclass

from shared.messages import Text


@dataclass(frozen=True, slots=True)
class Words:
    title: Text
    sentence: Text


THE_GARAGE = Text(fr="le garage", en="the garage", es="el taller")
AT_THE_GARAGE = Text(
    fr="{time}, heure du garage", en="{time}, garage time", es="{time}, hora del taller"
)
"""Where the reader's clock shows something else."""
SOMEBODY = Text(fr="Un client", en="A customer", es="Un cliente")
"""Without a name that may stand in a mail."""

WORDS: dict[str, Words] = {
    "customer_asked": Words(
        Text(
            fr="Demande envoyée : {garage}",
            en="Request sent: {garage}",
            es="Solicitud enviada: {garage}",
        ),
        Text(
            fr="Votre demande de rendez-vous pour {car} a été envoyée. "
            "Le garage a 48 heures pour répondre ; passé ce délai, elle sera close.",
            en="Your request for {car} has been sent. The garage has 48 hours to answer; after that, it is closed.",
            es="Tu solicitud de cita para {car} se ha enviado. "
            "El taller tiene 48 horas para responder; después, se cerrará.",
        ),
    ),
    "customer_confirmed": Words(
        Text(
            fr="Rendez-vous confirmé : {garage}",
            en="Appointment confirmed: {garage}",
            es="Cita confirmada: {garage}",
        ),
        Text(
            fr="Votre rendez-vous pour {car} est confirmé.",
            en="Your appointment for {car} is confirmed.",
            es="Tu cita para {car} está confirmada.",
        ),
    ),
    "customer_changed": Words(
        Text(fr="Nouvel horaire : {garage}", en="A new time: {garage}", es="Nueva hora: {garage}"),
        Text(
            fr="Le garage a déplacé votre rendez-vous pour {car}. "
            "Si le nouvel horaire ne vous convient pas, vous pouvez annuler jusqu’au dernier moment.",
            en="The garage has moved your appointment for {car}. "
            "If the new time does not suit you, you can cancel up to the last moment.",
            es="El taller ha cambiado tu cita para {car}. "
            "Si la nueva hora no te conviene, puedes cancelarla hasta el último momento.",
        ),
    ),
    "customer_changed_self": Words(
        Text(
            fr="Nouvel horaire demandé : {garage}",
            en="New time asked for: {garage}",
            es="Nueva hora solicitada: {garage}",
        ),
        Text(
            fr="Vous avez demandé un autre horaire pour {car}. Le garage a 48 heures pour le confirmer.",
            en="You have asked for another time for {car}. The garage has 48 hours to confirm it.",
            es="Has solicitado otra hora para {car}. El taller tiene 48 horas para confirmarla.",
        ),
    ),
    "customer_cancelled": Words(
        Text(
            fr="Rendez-vous annulé : {garage}",
            en="Appointment cancelled: {garage}",
            es="Cita cancelada: {garage}",
        ),
        Text(
            fr="Le rendez-vous pour {car} est annulé. Inutile de vous déplacer.",
            en="The appointment for {car} has been cancelled. There is no need to come.",
            es="La cita para {car} se ha cancelado. No hace falta que vayas.",
        ),
    ),
    "customer_cancelled_self": Words(
        Text(
            fr="Vous avez annulé : {garage}",
            en="You have cancelled: {garage}",
            es="Has cancelado: {garage}",
        ),
        Text(
            fr="Votre rendez-vous pour {car} est annulé, et le garage en est informé.",
            en="Your appointment for {car} is cancelled, and the garage has been told.",
            es="Tu cita para {car} está cancelada, y el taller ya lo sabe.",
        ),
    ),
    "customer_expired": Words(
        Text(
            fr="Demande sans réponse : {garage}",
            en="Request without an answer: {garage}",
            es="Solicitud sin respuesta: {garage}",
        ),
        Text(
            fr="Le garage n’a pas répondu à temps : votre demande pour {car} est close. "
            "Choisissez un autre horaire, ou un autre garage.",
            en="The garage did not answer in time: your request for {car} is closed. "
            "Choose another time, or another garage.",
            es="El taller no ha respondido a tiempo: tu solicitud para {car} está cerrada. "
            "Elige otra hora u otro taller.",
        ),
    ),
    "customer_no_show": Words(
        Text(
            fr="Rendez-vous manqué : {garage}",
            en="Appointment missed: {garage}",
            es="Cita perdida: {garage}",
        ),
        Text(
            fr="Le garage indique ne pas avoir vu {car} au rendez-vous. "
            "Est-ce une erreur, ou avez-vous eu un empêchement ? Appelez-le.",
            en="The garage says that {car} was not brought to the appointment. "
            "Is that a mistake, or were you held up? Give them a call.",
            es="El taller indica que {car} no se presentó a la cita. ¿Es un error o te surgió un imprevisto? Llámalo.",
        ),
    ),
    "customer_day_before": Words(
        Text(fr="Demain : {garage}", en="Tomorrow: {garage}", es="Mañana: {garage}"),
        Text(
            fr="Votre rendez-vous pour {car} a lieu demain.",
            en="Your appointment for {car} is tomorrow.",
            es="Tu cita para {car} es mañana.",
        ),
    ),
    "customer_completed": Words(
        Text(
            fr="Travaux terminés : {garage}",
            en="Work completed: {garage}",
            es="Trabajo terminado: {garage}",
        ),
        Text(
            fr="Les travaux sur {car} sont terminés.",
            en="The work on {car} is done.",
            es="El trabajo en {car} está terminado.",
        ),
    ),
    "garage_asked": Words(
        Text(fr="Nouvelle demande : {car}", en="New request: {car}", es="Nueva solicitud: {car}"),
        Text(
            fr="{customer} demande un rendez-vous pour {car}. "
            "Répondez sous 48 heures et avant l’heure du rendez-vous, sinon la demande sera close.",
            en="{customer} asks for an appointment for {car}. "
            "Answer within 48 hours and before the appointment, or the request will be closed.",
            es="{customer} solicita una cita para {car}. "
            "Responde en 48 horas y antes de la cita; si no, la solicitud se cerrará.",
        ),
    ),
    "garage_changed": Words(
        Text(
            fr="Autre horaire demandé : {car}",
            en="Another time asked for: {car}",
            es="Otra hora solicitada: {car}",
        ),
        Text(
            fr="{customer} demande un autre horaire pour {car}. Confirmez-le sous 48 heures.",
            en="{customer} asks for another time for {car}. Confirm it within 48 hours.",
            es="{customer} solicita otra hora para {car}. Confírmala en 48 horas.",
        ),
    ),
    "garage_cancelled": Words(
        Text(
            fr="Rendez-vous annulé : {car}",
            en="Appointment cancelled: {car}",
            es="Cita cancelada: {car}",
        ),
        Text(
            fr="Le client a annulé le rendez-vous pour {car} : le créneau est de nouveau libre.",
            en="The customer has cancelled the appointment for {car}: the slot is free again.",
            es="El cliente ha cancelado la cita para {car}: el hueco vuelve a estar libre.",
        ),
    ),
    "garage_expired": Words(
        Text(fr="Demande close : {car}", en="Request closed: {car}", es="Solicitud cerrada: {car}"),
        Text(
            fr="La demande pour {car} est restée sans réponse : elle est close, et le créneau est de nouveau libre.",
            en="The request for {car} was not answered: it is closed, and the slot is free again.",
            es="La solicitud para {car} quedó sin respuesta: está cerrada y el hueco vuelve a estar libre.",
        ),
    ),
}
