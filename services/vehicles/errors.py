"""The refusals of vehicles.

AppError
├── InvalidInput
│   ├── VinMalformed            not 17 characters of the VIN alphabet
│   ├── PlateMalformed          nothing left of the plate, or too long
│   ├── PlanWithoutInterval     a plan needs a distance or months
│   ├── UnknownService          not in the reference list, and no title to know it by
│   ├── CompletedInFuture       work cannot be done tomorrow
│   ├── MixedCurrencies         one record, one currency
│   ├── ReminderWithoutDue      a reminder needs a day or a distance
│   ├── TemplateDoesNotFit      no oil change for an electric car
│   └── DraftIncomplete         what the owner still has to say
└── Conflict
    ├── VinTaken                the owner has a car with this VIN
    ├── ReadingConflict         contradicts accepted readings, which must be voided first
    ├── ReadingSettled          voided readings stay void; accepted ones are accepted
    ├── DraftSettled            confirmed or discarded already
    ├── NameTaken               the catalogue has it
    └── PlanExists              this car has a plan for this work
"""

from shared.errors import Conflict, InvalidInput
from shared.messages import Text


class VinMalformed(InvalidInput):
    code = "vin_malformed"
    text = Text(
        fr="Un numéro VIN compte 17 caractères, sans I, O ni Q.",
        en="A VIN has 17 characters, without I, O and Q.",
        es="Un VIN tiene 17 caracteres, sin I, O ni Q.",
    )


class PlateMalformed(InvalidInput):
    code = "plate_malformed"
    text = Text(
        fr="Une plaque compte de 1 à 12 lettres et chiffres.",
        en="A number plate has 1 to 12 letters and digits.",
        es="Una matrícula tiene de 1 a 12 letras y cifras.",
    )


class PlanWithoutInterval(InvalidInput):
    code = "plan_without_interval"
    text = Text(
        fr="Indiquez une distance, un nombre de mois, ou les deux.",
        en="Give a distance, a number of months, or both.",
        es="Indica una distancia, un número de meses o ambos.",
    )


class UnknownService(InvalidInput):
    code = "unknown_service"
    text = Text(
        fr="Ce type d'entretien n'est pas dans la liste : donnez-lui un titre.",
        en="This service is not in the list: give it a title.",
        es="Este servicio no está en la lista: dale un título.",
    )


class CompletedInFuture(InvalidInput):
    code = "completed_in_future"
    text = Text(
        fr="Un entretien terminé ne peut pas être daté de demain.",
        en="Completed work cannot be dated in the future.",
        es="Un trabajo terminado no puede tener fecha futura.",
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


class VinTaken(Conflict):
    code = "vin_taken"
    text = Text(
        fr="Vous avez déjà un véhicule avec ce VIN.",
        en="You already have a vehicle with this VIN.",
        es="Ya tienes un vehículo con este VIN.",
    )


class ReadingConflict(Conflict):
    code = "reading_conflict"
    text = Text(
        fr="Ce relevé contredit des relevés acceptés : annulez-les d'abord.",
        en="This reading contradicts accepted ones: void them first.",
        es="Esta lectura contradice otras aceptadas: anúlalas primero.",
    )


class ReadingSettled(Conflict):
    code = "reading_settled"
    text = Text(
        fr="Ce relevé est déjà réglé.",
        en="This reading is already settled.",
        es="Esta lectura ya está resuelta.",
    )


class DraftSettled(Conflict):
    code = "draft_settled"
    text = Text(
        fr="Ce brouillon est déjà confirmé ou écarté.",
        en="This draft has already been confirmed or discarded.",
        es="Este borrador ya está confirmado o descartado.",
    )


class NameTaken(Conflict):
    code = "name_taken"
    text = Text(
        fr="Ce nom figure déjà au catalogue.",
        en="The catalogue already has this name.",
        es="El catálogo ya tiene este nombre.",
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
