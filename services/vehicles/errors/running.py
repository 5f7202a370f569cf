"""The refusals of what a car costs to run.

AppError
└── InvalidInput
    ├── FillIncomplete          no quantity, and not the two it follows from
    ├── EnergyMissing           the car runs on several, or nobody said on what
    ├── UnitUnfit               nobody fills electricity by the litre
    ├── NotACharge              hours, sun and batteries are electricity's
    ├── CurrencyDiffers         one fill, one currency
    ├── ChargeTimesWrong        it ends before it starts, or lasts longer than a week
    ├── SolarTooMuch            more sun than was charged
    ├── TablesSameDay           a tariff has two tables from one day on
    └── PeriodTooLong           more months than a chart has room for
"""

from shared.errors import InvalidInput
from shared.messages import Text


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
