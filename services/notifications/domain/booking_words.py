"""What is said of a booking, to the customer and to the garage, in the three languages."""

from dataclasses import dataclass

from shared.messages import Text


@dataclass(frozen=True, slots=True)
class Words:
    title: Text
    sentence: Text


THE_GARAGE = Text(fr="le garage", en="the garage", es="el taller")
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
            fr="Votre demande de rendez-vous pour {car} est partie. La réponse arrive sous 48 heures ; sans réponse, la place est rendue.",
            en="Your request for {car} is on its way. The answer comes within 48 hours; without one, the place is given back.",
            es="Tu solicitud de cita para {car} está en camino. La respuesta llega en 48 horas; sin respuesta, la plaza queda libre.",
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
            fr="Le garage a déplacé votre rendez-vous pour {car}. S’il ne vous convient pas, vous pouvez annuler jusqu’au dernier moment.",
            en="The garage has moved your appointment for {car}. If that does not suit you, you may cancel up to the last moment.",
            es="El taller ha cambiado tu cita para {car}. Si no te conviene, puedes cancelarla hasta el último momento.",
        ),
    ),
    "customer_changed_self": Words(
        Text(
            fr="Nouvel horaire demandé : {garage}",
            en="New time asked for: {garage}",
            es="Nueva hora solicitada: {garage}",
        ),
        Text(
            fr="Vous avez demandé un autre horaire pour {car}. Le garage doit encore le confirmer, sous 48 heures.",
            en="You have asked for another time for {car}. The garage still has to confirm it, within 48 hours.",
            es="Has solicitado otra hora para {car}. El taller aún debe confirmarla, en 48 horas.",
        ),
    ),
    "customer_cancelled": Words(
        Text(
            fr="Rendez-vous annulé : {garage}",
            en="Appointment cancelled: {garage}",
            es="Cita cancelada: {garage}",
        ),
        Text(
            fr="Le rendez-vous pour {car} est annulé : ne venez pas.",
            en="The appointment for {car} is cancelled: do not come.",
            es="La cita para {car} está cancelada: no vengas.",
        ),
    ),
    "customer_cancelled_self": Words(
        Text(
            fr="Vous avez annulé : {garage}",
            en="You have cancelled: {garage}",
            es="Has cancelado: {garage}",
        ),
        Text(
            fr="Votre rendez-vous pour {car} est annulé, et le garage le sait.",
            en="Your appointment for {car} is cancelled, and the garage knows.",
            es="Tu cita para {car} está cancelada, y el taller lo sabe.",
        ),
    ),
    "customer_expired": Words(
        Text(
            fr="Demande sans réponse : {garage}",
            en="Request without an answer: {garage}",
            es="Solicitud sin respuesta: {garage}",
        ),
        Text(
            fr="Le garage n’a pas répondu à temps : votre demande pour {car} est close. Choisissez un autre horaire, ou un autre garage.",
            en="The garage did not answer in time: your request for {car} is closed. Choose another time, or another garage.",
            es="El taller no ha respondido a tiempo: tu solicitud para {car} está cerrada. Elige otra hora u otro taller.",
        ),
    ),
    "customer_no_show": Words(
        Text(
            fr="Rendez-vous manqué : {garage}",
            en="Appointment missed: {garage}",
            es="Cita perdida: {garage}",
        ),
        Text(
            fr="Le garage a noté que {car} n’est pas venu. C’est une erreur, ou vous avez eu un empêchement ? Appelez-le.",
            en="The garage has noted that {car} did not come. Is that a mistake, or were you held up? Call them.",
            es="El taller ha anotado que {car} no ha venido. ¿Es un error o te surgió un imprevisto? Llámalo.",
        ),
    ),
    "customer_day_before": Words(
        Text(fr="Demain : {garage}", en="Tomorrow: {garage}", es="Mañana: {garage}"),
        Text(
            fr="Le rendez-vous pour {car} est demain.",
            en="The appointment for {car} is tomorrow.",
            es="La cita para {car} es mañana.",
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
            fr="{customer} demande un rendez-vous pour {car}. Sans réponse sous 48 heures, ou avant le début, la demande est close.",
            en="{customer} asks for an appointment for {car}. Without an answer within 48 hours, or before it starts, it is closed.",
            es="{customer} solicita una cita para {car}. Sin respuesta en 48 horas, o antes del inicio, la solicitud se cierra.",
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
            fr="Le rendez-vous pour {car} est annulé par le client : la place est de nouveau libre.",
            en="The appointment for {car} was cancelled by the customer: the place is free again.",
            es="El cliente ha cancelado la cita para {car}: la plaza vuelve a estar libre.",
        ),
    ),
    "garage_expired": Words(
        Text(fr="Demande close : {car}", en="Request closed: {car}", es="Solicitud cerrada: {car}"),
        Text(
            fr="La demande pour {car} est restée sans réponse : elle est close, et la place est de nouveau libre.",
            en="The request for {car} was not answered: it is closed, and the place is free again.",
            es="La solicitud para {car} quedó sin respuesta: está cerrada y la plaza vuelve a estar libre.",
        ),
    ),
}
