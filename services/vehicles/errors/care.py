"""The refusals of what is done to a car.

AppError
├── InvalidInput
│   ├── PlanWithoutInterval     a plan needs a distance or months
│   ├── UnknownService          not in the reference list, and no title to know it by
│   ├── UnknownTemplate         nor in the list of templates
│   ├── PlanOrVehicle           what is foreseen is a plan there is, or a new one
│   ├── CompletedInFuture       work cannot be done tomorrow
│   ├── ScheduledInPast         nor be planned for yesterday
│   ├── MixedCurrencies         one record, one currency
│   ├── NegativeCost            money that came back is a refund
│   ├── RefundNotNegative       and a refund is money that came back
│   ├── AmountTooLarge          lines that no invoice has
│   ├── ReminderWithoutDue      a reminder needs a day or a distance
│   ├── SnoozeWithoutEnd        until a day, or for a distance
│   ├── SnoozeNotAhead          until a day that is past
│   ├── SnoozeNeedsReading      for a distance, and nobody knows where the car stands
│   ├── TemplateDoesNotFit      no oil change for an electric car
│   ├── TemplateNeedsYes        something about the engine must be known first
│   ├── PauseTooEarly           a pause begins after the last one ended
│   ├── ResumedTooEarly         a pause ends after it began
│   ├── PackUnreadable          a file of plans of another kind or version
│   ├── ObligationUndated       the day it was done, or the next one
│   ├── ObligationInFuture      nothing was tested tomorrow
│   ├── NextBeforeDone          the next one comes after it
│   └── DraftIncomplete         what the owner still has to say
├── FeedTrouble                 a feed of recalls that cannot be read; told to nobody but its feed
└── Conflict
    ├── DraftSettled            confirmed or discarded already
    ├── ReminderOfPlan          a plan made it: that is where it is changed
    ├── ReminderOfRule          a rule of its country made it: what was done is said there
    ├── ReminderOver            done: there is nothing to put off
    ├── PlanExists              this car has a plan for this work
    ├── PausedAlready           a plan pauses once at a time
    ├── NotPaused               and goes on only when it was paused
    └── ClosesNothing           a refund or work not yet done closes no plan
"""

from shared.errors import AppError, Conflict, InvalidInput
from shared.messages import Text


class PlanWithoutInterval(InvalidInput):
    code = "plan_without_interval"
    text = Text(
        fr="Indiquez une distance, un nombre de mois ou des heures de marche.",
        en="Give a distance, a number of months or hours of running.",
        es="Indica una distancia, un número de meses u horas de marcha.",
    )


class UnknownService(InvalidInput):
    code = "unknown_service"
    text = Text(
        fr="Ce type d'entretien n'est pas dans la liste : donnez-lui un titre.",
        en="This service is not in the list: give it a title.",
        es="Este servicio no está en la lista: dale un título.",
    )


class UnknownTemplate(InvalidInput):
    code = "unknown_template"
    text = Text(
        fr="Ce modèle n'est pas dans la liste.",
        en="This template is not in the list.",
        es="Esta plantilla no está en la lista.",
    )


class PlanOrVehicle(InvalidInput):
    code = "plan_or_vehicle"
    text = Text(
        fr="Donnez soit un plan existant, soit le véhicule et le type d'entretien d'un nouveau.",
        en="Give either a plan that is there, or the vehicle and the service of a new one.",
        es="Indica un plan existente, o el vehículo y el servicio de uno nuevo.",
    )


class CompletedInFuture(InvalidInput):
    code = "completed_in_future"
    text = Text(
        fr="Un entretien terminé ne peut pas être daté de demain.",
        en="Completed work cannot be dated in the future.",
        es="Un trabajo terminado no puede tener fecha futura.",
    )


class ScheduledInPast(InvalidInput):
    code = "scheduled_in_past"
    text = Text(
        fr="Un entretien prévu ne peut pas être daté d'hier.",
        en="Work that is planned cannot be dated in the past.",
        es="Un trabajo previsto no puede tener fecha pasada.",
    )


class NegativeCost(InvalidInput):
    code = "negative_cost"
    text = Text(
        fr="Un montant négatif est un avoir : choisissez ce type.",
        en="A negative amount is a refund: choose that kind.",
        es="Un importe negativo es un abono: elige ese tipo.",
    )


class RefundNotNegative(InvalidInput):
    code = "refund_not_negative"
    text = Text(
        fr="Le montant d'un avoir est négatif.",
        en="The amount of a refund is negative.",
        es="El importe de un abono es negativo.",
    )


class AmountTooLarge(InvalidInput):
    code = "amount_too_large"
    text = Text(
        fr="Le montant de ces lignes dépasse ce qui peut être noté.",
        en="These lines come to more than can be kept.",
        es="El importe de estas líneas supera lo que se puede anotar.",
    )


class MixedCurrencies(InvalidInput):
    code = "mixed_currencies"
    text = Text(
        fr="Tous les montants d'un entretien sont dans la même devise.",
        en="All amounts of one record are in the same currency.",
        es="Todos los importes de un registro van en la misma moneda.",
    )


class ReminderWithoutDue(InvalidInput):
    code = "reminder_without_due"
    text = Text(
        fr="Indiquez une date ou une distance.",
        en="Give a date or a distance.",
        es="Indica una fecha o una distancia.",
    )


class DraftIncomplete(InvalidInput):
    code = "draft_incomplete"
    text = Text(
        fr="Complétez le brouillon avant de l'enregistrer.",
        en="Complete the draft before recording it.",
        es="Completa el borrador antes de registrarlo.",
    )


class DraftSettled(Conflict):
    code = "draft_settled"
    text = Text(
        fr="Ce brouillon est déjà confirmé ou écarté.",
        en="This draft has already been confirmed or discarded.",
        es="Este borrador ya está confirmado o descartado.",
    )


class PlanExists(Conflict):
    code = "plan_exists"
    text = Text(
        fr="Ce véhicule a déjà un plan pour cet entretien.",
        en="This vehicle already has a plan for this work.",
        es="Este vehículo ya tiene un plan para este trabajo.",
    )


class TemplateDoesNotFit(InvalidInput):
    code = "template_does_not_fit"
    text = Text(
        fr="Ce modèle ne convient pas à la motorisation ou à la boîte de ce véhicule.",
        en="This template does not fit the vehicle's engine or gearbox.",
        es="Esta plantilla no corresponde al motor o a la caja de este vehículo.",
    )


class SnoozeWithoutEnd(InvalidInput):
    code = "snooze_without_end"
    text = Text(
        fr="Indiquez jusqu'à quel jour, ou pour quelle distance.",
        en="Say until which day, or for what distance.",
        es="Indica hasta qué día o por qué distancia.",
    )


class SnoozeNotAhead(InvalidInput):
    code = "snooze_not_ahead"
    text = Text(
        fr="Un rappel se reporte à un jour à venir.",
        en="A reminder can only be put off to a day to come.",
        es="Un recordatorio solo se puede aplazar a un día futuro.",
    )


class SnoozeNeedsReading(InvalidInput):
    code = "snooze_needs_reading"
    text = Text(
        fr="Pour reporter d'une distance, relevez d'abord le compteur.",
        en="To put it off by a distance, read the odometer first.",
        es="Para aplazarlo por distancia, anota primero el cuentakilómetros.",
    )


class ReminderOfPlan(Conflict):
    code = "reminder_of_plan"
    text = Text(
        fr="Ce rappel vient d'un plan d'entretien : c'est le plan qui se modifie ou se termine.",
        en="This reminder comes from a maintenance plan: change or complete the plan.",
        es="Este recordatorio viene de un plan de mantenimiento: modifica o completa el plan.",
    )


class FeedTrouble(AppError):
    code = "recall_feed_trouble"
    status = 502
    text = Text(
        fr="La source des rappels ne répond pas.",
        en="The source of recalls does not answer.",
        es="La fuente de llamadas a revisión no responde.",
    )


class ReminderOfRule(Conflict):
    code = "reminder_of_rule"
    text = Text(
        fr="Ce rappel vient d'une règle du pays : dites dans les obligations ce qui a été fait, ou ignorez-le.",
        en="This reminder comes from a rule of the country: say among the obligations what was done, or dismiss it.",
        es="Este recordatorio viene de una norma del país: di en las obligaciones lo que se hizo, o descártalo.",
    )


class ObligationUndated(InvalidInput):
    code = "obligation_undated"
    text = Text(
        fr="Indiquez le jour où ce fut fait, ou la prochaine date du papier.",
        en="Give the day it was done, or the next date of the paper.",
        es="Indica el día en que se hizo, o la próxima fecha del papel.",
    )


class ObligationInFuture(InvalidInput):
    code = "obligation_in_future"
    text = Text(
        fr="Ce jour n'est pas encore venu.",
        en="That day has not come yet.",
        es="Ese día aún no ha llegado.",
    )


class NextBeforeDone(InvalidInput):
    code = "next_before_done"
    text = Text(
        fr="La prochaine date vient avant le jour où ce fut fait.",
        en="The next date comes before the day it was done.",
        es="La próxima fecha es anterior al día en que se hizo.",
    )


class ReminderOver(Conflict):
    code = "reminder_over"
    text = Text(
        fr="Ce rappel est fait : il n'y a plus rien à reporter.",
        en="This reminder is done: there is nothing left to put off.",
        es="Este recordatorio está hecho: no queda nada que aplazar.",
    )


class TemplateNeedsYes(InvalidInput):
    code = "template_needs_confirmation"
    text = Text(
        fr="Ce modèle suppose quelque chose du véhicule : confirmez qu'il le concerne.",
        en="This template supposes something about the vehicle: confirm that it applies.",
        es="Esta plantilla supone algo del vehículo: confirma que le corresponde.",
    )


class PauseTooEarly(InvalidInput):
    code = "pause_too_early"
    text = Text(
        fr="Une pause commence après la fin de la précédente.",
        en="A pause begins after the last one ended.",
        es="Una pausa empieza después del final de la anterior.",
    )


class ResumedTooEarly(InvalidInput):
    code = "resumed_too_early"
    text = Text(
        fr="Une pause ne peut pas finir avant d'avoir commencé.",
        en="A pause cannot end before it began.",
        es="Una pausa no puede terminar antes de empezar.",
    )


class PackUnreadable(InvalidInput):
    code = "pack_unreadable"
    text = Text(
        fr="Ce fichier n'est pas un lot de plans que nous savons lire.",
        en="This file is not a pack of plans that we can read.",
        es="Este archivo no es un lote de planes que podamos leer.",
    )


class PausedAlready(Conflict):
    code = "paused_already"
    text = Text(
        fr="Ce plan est déjà en pause.",
        en="This plan is already paused.",
        es="Este plan ya está en pausa.",
    )


class NotPaused(Conflict):
    code = "not_paused"
    text = Text(
        fr="Ce plan n'est pas en pause.",
        en="This plan is not paused.",
        es="Este plan no está en pausa.",
    )


class ClosesNothing(Conflict):
    code = "closes_nothing"
    text = Text(
        fr="Cet entretien n'est pas terminé, ou est un avoir : il ne peut clore aucun plan.",
        en="This work is not completed, or is a refund: it can close no plan.",
        es="Este trabajo no está terminado, o es un abono: no puede cerrar ningún plan.",
    )
