"""Words for values that events carry as names, in the three languages."""

from shared.contracts.vehicles import WithdrawnBecause
from shared.messages import Text

PLANS: dict[str, Text] = {
    "FREE": Text(fr="Gratuite", en="Free", es="Gratuito"),
    "STANDARD": Text(fr="Standard", en="Standard", es="Estándar"),
    "PREMIUM": Text(fr="Premium", en="Premium", es="Premium"),
}
INTERVALS: dict[str, Text] = {
    "month": Text(fr="{price} par mois", en="{price} a month", es="{price} al mes"),
    "year": Text(fr="{price} par an", en="{price} a year", es="{price} al año"),
}
BETWEEN = Text(fr="le {first} et le {last}", en="{first} and {last}", es="el {first} y el {last}")
DOCUMENTS: dict[str, Text] = {
    "invoice": Text(fr="facture", en="invoice", es="factura"),
    "insurance": Text(fr="assurance", en="insurance", es="seguro"),
    "registration": Text(
        fr="carte grise", en="registration certificate", es="permiso de circulación"
    ),
    "inspection": Text(fr="contrôle technique", en="roadworthiness test", es="ITV"),
    "maintenance": Text(fr="entretien", en="maintenance record", es="mantenimiento"),
    "other": Text(fr="document", en="document", es="documento"),
}
MISSING: dict[str, Text] = {
    "vehicle": Text(fr="véhicule", en="vehicle", es="vehículo"),
    "vehicle_id": Text(fr="véhicule", en="vehicle", es="vehículo"),
    "service_date": Text(fr="date", en="date", es="fecha"),
    "date": Text(fr="date", en="date", es="fecha"),
    "mileage": Text(fr="kilométrage", en="mileage", es="kilometraje"),
    "odometer": Text(fr="kilométrage", en="mileage", es="kilometraje"),
    "odometer_m": Text(fr="kilométrage", en="mileage", es="kilometraje"),
    "cost": Text(fr="montant", en="amount", es="importe"),
    "total": Text(fr="montant", en="amount", es="importe"),
    "vendor": Text(fr="garage", en="garage", es="taller"),
    "garage": Text(fr="garage", en="garage", es="taller"),
    "service": Text(fr="prestation", en="service", es="servicio"),
    "services": Text(fr="prestations", en="services", es="servicios"),
    "service_type": Text(fr="prestation", en="service", es="servicio"),
    "currency": Text(fr="devise", en="currency", es="moneda"),
}
WITHDRAWN: dict[WithdrawnBecause, Text] = {
    WithdrawnBecause.DONE: Text(
        fr="C’est fait : plus rien à faire.",
        en="Done since then: nothing left to do.",
        es="Ya está hecho: no queda nada pendiente.",
    ),
    WithdrawnBecause.DISMISSED: Text(
        fr="Ce rappel a été écarté.",
        en="This reminder was dismissed.",
        es="Este recordatorio se descartó.",
    ),
    WithdrawnBecause.REMOVED: Text(
        fr="Ce rappel n’existe plus.",
        en="This reminder no longer exists.",
        es="Este recordatorio ya no existe.",
    ),
    WithdrawnBecause.CHANGED: Text(
        fr="L’échéance a changé depuis.",
        en="It falls due at another time now.",
        es="El vencimiento ha cambiado desde entonces.",
    ),
    WithdrawnBecause.READ: Text(
        fr="Le relevé demandé est arrivé.",
        en="The reading that was asked for is there.",
        es="La lectura pedida ya está anotada.",
    ),
}
DETAILS = Text(fr="autres détails", en="other details", es="otros detalles")
ROLES: dict[str, Text] = {
    "manager": Text(fr="gestionnaire", en="manager", es="gestor"),
    "editor": Text(fr="éditeur", en="editor", es="editor"),
    "driver": Text(fr="conducteur", en="driver", es="conductor"),
    "viewer": Text(fr="lecteur", en="viewer", es="lector"),
}
SEVERITIES: dict[str, Text] = {
    "info": Text(fr="pour information", en="for information", es="informativa"),
    "low": Text(fr="faible", en="low", es="baja"),
    "medium": Text(fr="moyenne", en="medium", es="media"),
    "high": Text(fr="élevée", en="high", es="alta"),
    "critical": Text(fr="critique", en="critical", es="crítica"),
}
