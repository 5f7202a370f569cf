"""What the page behind a guest's link says."""

from typing import Final

from shared.messages import Text

TITLE: Final = Text(
    fr="Noter pour ce véhicule", en="Write down for this car", es="Anotar para este vehículo"
)
DONE: Final = Text(fr="C’est noté", en="It is written down", es="Anotado")
DONE_TEXT: Final = Text(
    fr="C’est dans l’historique du véhicule, sous le nom « {label} ».",
    en="It is in the car’s history, under the name “{label}”.",
    es="Está en el historial del vehículo, con el nombre «{label}».",
)
MORE: Final = Text(fr="Noter autre chose", en="Write something else down", es="Anotar otra cosa")
INVITED: Final = Text(
    fr="Ce lien est pour « {label} » et sert jusqu’au {until}.",
    en="This link is for “{label}” and works until {until}.",
    es="Este enlace es para «{label}» y sirve hasta el {until}.",
)
WHAT: Final = Text(
    fr="Que voulez-vous noter ?", en="What do you want to write down?", es="¿Qué quieres anotar?"
)
ACTS: Final = {
    "reading": Text(fr="Kilométrage", en="Mileage", es="Kilometraje"),
    "fill": Text(fr="Plein", en="Fill-up", es="Repostaje"),
    "defect": Text(fr="Défaut", en="Defect", es="Avería"),
}
SAVE: Final = {
    "reading": Text(fr="Noter le kilométrage", en="Save the mileage", es="Anotar el kilometraje"),
    "fill": Text(fr="Noter le plein", en="Save the fill-up", es="Anotar el repostaje"),
    "defect": Text(fr="Signaler le défaut", en="Report the defect", es="Avisar de la avería"),
}
MILEAGE: Final = Text(
    fr="Compteur ({unit})", en="Odometer ({unit})", es="Cuentakilómetros ({unit})"
)
MILEAGE_IF_KNOWN: Final = Text(
    fr="Compteur ({unit}), si vous le connaissez",
    en="Odometer ({unit}), if you know it",
    es="Cuentakilómetros ({unit}), si lo sabes",
)
DAY: Final = Text(fr="Jour (vide : aujourd’hui)", en="Day (empty: today)", es="Día (vacío: hoy)")
ENERGY: Final = Text(fr="Énergie", en="Energy", es="Energía")
QUANTITY: Final = Text(fr="Quantité", en="Quantity", es="Cantidad")
QUANTITY_IN: Final = Text(fr="Quantité ({unit})", en="Quantity ({unit})", es="Cantidad ({unit})")
TOTAL: Final = Text(fr="Montant payé", en="Amount paid", es="Importe pagado")
CURRENCY: Final = Text(fr="Monnaie", en="Currency", es="Moneda")
FULL: Final = Text(
    fr="Le réservoir ou la batterie est plein",
    en="The tank or battery is full",
    es="El depósito o la batería está lleno",
)
STATION: Final = Text(
    fr="Station, si vous voulez", en="Station, if you like", es="Estación, si quieres"
)
DEFECT: Final = Text(fr="Qu’est-ce qui ne va pas ?", en="What is wrong?", es="¿Qué pasa?")
DETAILS: Final = Text(
    fr="Depuis quand, dans quelles conditions ? (facultatif)",
    en="Since when, and when does it happen? (optional)",
    es="¿Desde cuándo y en qué condiciones? (opcional)",
)
SEVERITY: Final = Text(fr="Gravité", en="How bad is it?", es="Gravedad")
SEVERITIES: Final = {
    "": Text(fr="Je ne sais pas", en="I do not know", es="No lo sé"),
    "low": Text(fr="Peut attendre", en="It can wait", es="Puede esperar"),
    "medium": Text(fr="À voir bientôt", en="To be looked at soon", es="Hay que verlo pronto"),
    "high": Text(fr="À voir tout de suite", en="To be looked at now", es="Hay que verlo ya"),
    "critical": Text(
        fr="Il ne faut plus rouler", en="The car must not be driven", es="No se debe circular"
    ),
}
TAKEN_AS: Final = {
    "info": Text(fr="pour information", en="for information", es="informativa"),
    "low": SEVERITIES["low"],
    "medium": SEVERITIES["medium"],
    "high": SEVERITIES["high"],
    "critical": SEVERITIES["critical"],
}
ADVICE: Final = Text(
    fr="À faire tout de suite", en="What to do at once", es="Qué hacer ahora mismo"
)
ODOMETER: Final = Text(fr="Compteur", en="Odometer", es="Cuentakilómetros")
DAY_SAID: Final = Text(fr="Jour", en="Day", es="Día")
STATION_SAID: Final = Text(fr="Station", en="Station", es="Estación")
DETAILS_SAID: Final = Text(fr="Précisions", en="Details", es="Detalles")
NOT_A_WHOLE_NUMBER: Final = Text(
    fr="Écrivez le nombre affiché au compteur, par exemple 84 250.",
    en="Write the number on the odometer, such as 84,250.",
    es="Escribe el número del cuentakilómetros, por ejemplo 84.250.",
)
NOT_A_NUMBER: Final = Text(
    fr="Écrivez un nombre, par exemple 38,5.",
    en="Write a number, such as 38.5.",
    es="Escribe un número, por ejemplo 38,5.",
)
NOT_A_DAY: Final = Text(
    fr="Choisissez un jour du calendrier.",
    en="Choose a day of the calendar.",
    es="Elige un día del calendario.",
)
MISSING: Final = Text(fr="Remplissez ce champ.", en="Fill this in.", es="Rellena este campo.")
NOT_SAVED: Final = Text(
    fr="Rien n’a été noté : corrigez ce qui est indiqué.",
    en="Nothing was saved: mend what is marked.",
    es="No se ha anotado nada: corrige lo indicado.",
)
ALREADY: Final = Text(
    fr="Ce formulaire a déjà été envoyé, avec d’autres valeurs : elles sont notées. L’envoyer encore ajoute une seconde ligne ; "
    "pour corriger la "
    "première, prévenez la personne qui vous a donné ce lien.",
    en="This form was sent already, with other values, and they are saved. Sending it once more adds a second entry; to mend "
    "the first one, "
    "tell whoever gave you this link.",
    es="Este formulario ya se envió, con otros valores, y están anotados. Enviarlo de nuevo añade una segunda anotación; para "
    "corregir la "
    "primera, avisa a quien te dio este enlace.",
)
ENERGIES: Final = {
    "petrol": Text(fr="Essence", en="Petrol", es="Gasolina"),
    "diesel": Text(fr="Gazole", en="Diesel", es="Gasóleo"),
    "e85": Text(fr="E85", en="E85", es="E85"),
    "lpg": Text(fr="GPL", en="LPG", es="GLP"),
    "cng": Text(fr="GNV", en="CNG", es="GNC"),
    "electric": Text(fr="Électricité", en="Electricity", es="Electricidad"),
    "hydrogen": Text(fr="Hydrogène", en="Hydrogen", es="Hidrógeno"),
    "adblue": Text(fr="AdBlue", en="AdBlue", es="AdBlue"),
}
UNITS: Final = {
    "l": Text(fr="L", en="L", es="L"),
    "kWh": Text(fr="kWh", en="kWh", es="kWh"),
    "kg": Text(fr="kg", en="kg", es="kg"),
    "gal_us": Text(fr="gal É.-U.", en="US gal", es="gal EE. UU."),
    "gal_uk": Text(fr="gal R.-U.", en="UK gal", es="gal R. U."),
}
CURRENCIES: Final = (
    "EUR",
    "CHF",
    "CZK",
    "DKK",
    "GBP",
    "HUF",
    "MAD",
    "NOK",
    "PLN",
    "RON",
    "SEK",
    "USD",
)
"""What is paid where these languages are spoken or driven to; the euro first."""
