"""The refusals of what a car costs.

AppError
├── InvalidInput
│   ├── ExpenseUndated          a day or a contract, and not both
│   ├── ContractBackwards       it ends before it begins, or is paid once for no days
│   ├── PeriodBackwards         it ends before it begins
│   ├── PeriodTooLong           of more months than one answer tells
│   └── RatesMalformed          no table of rates as the ECB publishes it
├── Conflict
│   ├── ValueKnown              bought once, sold once
│   └── BudgetExists            one for a category and a month
└── SyncExpired                 410, its cursor is older than what is gone is remembered
"""

from shared.errors import AppError, Conflict, InvalidInput
from shared.messages import Text


class ExpenseUndated(InvalidInput):
    code = "expense_undated"
    text = Text(
        fr="Indiquez soit un jour, soit un contrat.",
        en="Give either a day or a contract.",
        es="Indica un día o un contrato, no ambos.",
    )


class ContractBackwards(InvalidInput):
    code = "contract_backwards"
    text = Text(
        fr="Un contrat finit après avoir commencé ; payé une seule fois, il lui faut une fin.",
        en="A contract ends after it began; paid only once, it needs an end.",
        es="Un contrato termina después de empezar; pagado una sola vez, necesita un final.",
    )


class PeriodBackwards(InvalidInput):
    code = "period_backwards"
    text = Text(
        fr="La période finit avant de commencer.",
        en="The period ends before it begins.",
        es="El período termina antes de empezar.",
    )


class PeriodTooLong(InvalidInput):
    code = "period_too_long"
    text = Text(
        fr="Demandez {most} ans au plus à la fois.",
        en="Ask for at most {most} years at a time.",
        es="Pide como máximo {most} años a la vez.",
    )


class RatesMalformed(InvalidInput):
    code = "rates_malformed"
    text = Text(
        fr="La ligne {line} n'est pas celle d'un tableau de cours de la BCE.",
        en="Line {line} is not one of a table of rates of the ECB.",
        es="La línea {line} no es de una tabla de tipos del BCE.",
    )


class ValueKnown(Conflict):
    code = "value_known"
    text = Text(
        fr="Ce véhicule a déjà une valeur de ce type.",
        en="This vehicle already has a value of this kind.",
        es="Este vehículo ya tiene un valor de este tipo.",
    )


class BudgetExists(Conflict):
    code = "budget_exists"
    text = Text(
        fr="Il y a déjà un budget pour cette catégorie et ce mois.",
        en="There is already a budget for this category and month.",
        es="Ya hay un presupuesto para esta categoría y este mes.",
    )


class SyncExpired(AppError):
    code = "sync_expired"
    status = 410
    text = Text(
        fr="Ce curseur est trop ancien : synchronisez tout, sans curseur.",
        en="This cursor is too old: synchronise everything, without a cursor.",
        es="Este cursor es demasiado antiguo: sincroniza todo, sin cursor.",
    )
