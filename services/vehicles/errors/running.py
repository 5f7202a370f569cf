"""The refusals of what a car costs to run.

AppError
├── InvalidInput
│   ├── ExpenseUndated          a day or a contract, and not both
│   ├── ContractBackwards       it ends before it begins, or is paid once for no days
│   ├── PeriodBackwards         it ends before it begins
│   ├── RatesMalformed          no table of rates as the ECB publishes it
│   ├── FillIncomplete          no quantity, and not the two it follows from
│   ├── EnergyMissing           the car runs on several, or nobody said on what
│   ├── UnitUnfit               nobody fills electricity by the litre
│   ├── NotACharge              hours, sun and batteries are electricity's
│   ├── CurrencyDiffers         one fill, one currency
│   ├── ChargeTimesWrong        it ends before it starts, or lasts longer than a week
│   ├── SolarTooMuch            more sun than was charged
│   ├── TablesSameDay           a tariff has two tables from one day on
│   ├── TripWithoutDistance     two readings, or a distance
│   ├── TripBackwards           it ends at less than it began with
│   ├── TripInFuture            nobody drove tomorrow
│   ├── CornersWrong            a corner for each tyre, each once
│   ├── TyreDayWrong            one step after the other, and not tomorrow
│   └── PeriodTooLong           of more months than one answer tells
├── Conflict
│   ├── SetMounted              it is on the car already
│   ├── SetNotMounted           it is not on the car
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


class RatesMalformed(InvalidInput):
    code = "rates_malformed"
    text = Text(
        fr="La ligne {line} n'est pas celle d'un tableau de cours de la BCE.",
        en="Line {line} is not one of a table of rates of the ECB.",
        es="La línea {line} no es de una tabla de tipos del BCE.",
    )


class FillIncomplete(InvalidInput):
    code = "fill_incomplete"
    text = Text(
        fr="Indiquez la quantité, ou le total et le prix unitaire.",
        en="Give the quantity, or the total and the unit price.",
        es="Indica la cantidad, o el total y el precio unitario.",
    )


class EnergyMissing(InvalidInput):
    code = "energy_missing"
    text = Text(
        fr="Indiquez l'énergie : ce véhicule en a plusieurs, ou on ne la connaît pas.",
        en="Name the energy: this vehicle has several, or it is not known.",
        es="Indica la energía: este vehículo usa varias, o no se conoce.",
    )


class UnitUnfit(InvalidInput):
    code = "unit_unfit"
    text = Text(
        fr="Cette énergie ne se mesure pas dans cette unité.",
        en="This energy is not measured in this unit.",
        es="Esta energía no se mide en esa unidad.",
    )


class NotACharge(InvalidInput):
    code = "not_a_charge"
    text = Text(
        fr="Ceci ne se dit que d'une recharge électrique.",
        en="This can only be said of an electric charge.",
        es="Esto solo puede decirse de una recarga eléctrica.",
    )


class CurrencyDiffers(InvalidInput):
    code = "currency_differs"
    text = Text(
        fr="Tous les montants d'un plein sont dans la même devise ; un prix unitaire a besoin de la sienne.",
        en="All amounts of a fill are in the same currency; a unit price needs one.",
        es="Todos los importes de un repostaje van en la misma moneda; un precio unitario necesita la suya.",
    )


class ChargeTimesWrong(InvalidInput):
    code = "charge_times_wrong"
    text = Text(
        fr="Une recharge finit après son début, et dure au plus une semaine.",
        en="A charge ends after it starts, and lasts a week at most.",
        es="Una recarga termina después de empezar y dura como mucho una semana.",
    )


class SolarTooMuch(InvalidInput):
    code = "solar_too_much"
    text = Text(
        fr="La part solaire dépasse la recharge.",
        en="There is more from the sun than was charged.",
        es="La parte solar supera la recarga.",
    )


class TablesSameDay(InvalidInput):
    code = "tables_same_day"
    text = Text(
        fr="Deux tables de prix commencent le même jour.",
        en="Two tables of prices start on the same day.",
        es="Dos tablas de precios empiezan el mismo día.",
    )


class PeriodTooLong(InvalidInput):
    code = "period_too_long"
    text = Text(
        fr="Cette période est trop longue : au plus {most} mois.",
        en="This period is too long: {most} months at most.",
        es="Este periodo es demasiado largo: {most} meses como máximo.",
    )


class TripWithoutDistance(InvalidInput):
    code = "trip_without_distance"
    text = Text(
        fr="Indiquez les deux relevés du compteur, ou la distance, mais pas les deux.",
        en="Give both readings of the odometer, or the distance, and not both.",
        es="Indica las dos lecturas del cuentakilómetros, o la distancia, pero no ambas.",
    )


class TripBackwards(InvalidInput):
    code = "trip_backwards"
    text = Text(
        fr="Le compteur à l'arrivée est inférieur à celui du départ.",
        en="The odometer at the end shows less than at the start.",
        es="El cuentakilómetros al llegar marca menos que al salir.",
    )


class TripInFuture(InvalidInput):
    code = "trip_in_future"
    text = Text(
        fr="Ce jour n'est pas encore venu.",
        en="That day has not come yet.",
        es="Ese día aún no ha llegado.",
    )


class CornersWrong(InvalidInput):
    code = "corners_wrong"
    text = Text(
        fr="Ce train a {tyres} pneus : à chacun sa place, chaque place une fois.",
        en="This set has {tyres} tyres: a place for each, each place once.",
        es="Este juego tiene {tyres} neumáticos: un lugar para cada uno, cada lugar una vez.",
    )


class TyreDayWrong(InvalidInput):
    code = "tyre_day_wrong"
    text = Text(
        fr="Ce jour vient avant la dernière étape du train, ou n'est pas encore venu.",
        en="That day comes before the last step of the set, or has not come yet.",
        es="Ese día es anterior al último paso del juego, o aún no ha llegado.",
    )


class SetMounted(Conflict):
    code = "set_mounted"
    text = Text(
        fr="Ce train est déjà monté.",
        en="This set is mounted already.",
        es="Este juego ya está montado.",
    )


class SetNotMounted(Conflict):
    code = "set_not_mounted"
    text = Text(
        fr="Ce train n'est pas monté.",
        en="This set is not mounted.",
        es="Este juego no está montado.",
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
