# ruff: noqa: E501 - word lists and sentences are read as lines
"""Every sentence the engine itself says, in the three languages."""

from shared.messages import Text

URGENCY = {
    "low": Text(
        fr="À planifier : pas de risque pendant quelques semaines.",
        en="Plan it: no risk for a few weeks.",
        es="Planifíquelo: sin riesgo durante unas semanas.",
    ),
    "medium": Text(
        fr="À faire contrôler sous quelques jours ; roulez doucement.",
        en="Have it checked within days; drive gently.",
        es="Hágalo revisar en unos días; conduzca con suavidad.",
    ),
    "high": Text(
        fr="Arrêtez-vous, ou ne roulez plus avant contrôle : risque pour les personnes ou de gros dégâts.",
        en="Stop, or do not drive until it has been checked: risk for people or of major damage.",
        es="Deténgase, o no circule hasta revisarlo: riesgo para las personas o de daños graves.",
    ),
}
REFUSED = {
    "defeat_device": Text(
        fr="Je ne peux pas aider à désactiver ou à supprimer un dispositif antipollution : c'est interdit sur route et le véhicule serait refusé au contrôle technique. Je peux en revanche aider à trouver la panne et à la réparer.",
        en="I cannot help to disable or remove emission equipment: it is illegal on the road and the car would fail its inspection. I can help to find the fault and have it repaired.",
        es="No puedo ayudar a anular ni a eliminar un sistema anticontaminación: es ilegal en carretera y el coche no pasaría la ITV. Sí puedo ayudar a encontrar la avería y a repararla.",
    ),
    "odometer": Text(
        fr="Je ne peux pas aider à modifier un compteur kilométrique : c'est une fraude. Si un relevé est faux, je peux aider à le corriger dans votre carnet, avec ses justificatifs.",
        en="I cannot help to change an odometer: it is fraud. If a reading is wrong I can help you correct it in your log book, with its proof.",
        es="No puedo ayudar a modificar un cuentakilómetros: es un fraude. Si una lectura es errónea, puedo ayudar a corregirla en su libro, con justificantes.",
    ),
    "airbag": Text(
        fr="Je ne peux pas aider à démonter, à contourner ou à simuler un airbag ou un prétensionneur : ils contiennent une charge pyrotechnique. Confiez-le à un professionnel habilité.",
        en="I cannot help to dismantle, bypass or simulate an airbag or a pretensioner: they hold a pyrotechnic charge. Leave it to a qualified professional.",
        es="No puedo ayudar a desmontar, puentear ni simular un airbag o pretensor: contienen una carga pirotécnica. Déjelo en manos de un profesional habilitado.",
    ),
    "high_voltage": Text(
        fr="Je ne peux pas guider une intervention sur la haute tension : danger de mort. Seul un technicien habilité peut y toucher.",
        en="I cannot guide work on high voltage: it can kill. Only a qualified technician may touch it.",
        es="No puedo guiar una intervención en alta tensión: peligro de muerte. Solo un técnico habilitado puede tocarla.",
    ),
    "papers": Text(
        fr="Je ne peux pas aider à créer ou à modifier de faux documents. Je peux aider à retrouver ou à redemander les vrais.",
        en="I cannot help to make or alter false documents. I can help you find or request the real ones.",
        es="No puedo ayudar a crear ni a alterar documentos falsos. Puedo ayudar a encontrar o a volver a pedir los auténticos.",
    ),
    "theft": Text(
        fr="Je ne peux pas aider à démarrer ou à ouvrir un véhicule en contournant sa protection. Si c'est le vôtre, le réseau de la marque refait une clé sur justificatifs.",
        en="I cannot help to start or open a vehicle around its protection. If it is yours, the maker's network makes a new key on proof of ownership.",
        es="No puedo ayudar a arrancar o abrir un vehículo saltándose su protección. Si es suyo, la red de la marca hace una llave nueva con documentación.",
    ),
}
CAUSES = Text(
    fr="Causes les plus plausibles : {causes}.",
    en="Most plausible causes: {causes}.",
    es="Causas más probables: {causes}.",
)
CODE_IS = Text(fr="{code} : {title}.", en="{code}: {title}.", es="{code}: {title}.")
CODE_UNKNOWN = Text(
    fr="{code} n'est pas un code défaut valide.",
    en="{code} is not a valid trouble code.",
    es="{code} no es un código de avería válido.",
)
TEST_FIRST = Text(
    fr="Faites mesurer et confirmer avant de remplacer des pièces.",
    en="Have it measured and confirmed before replacing parts.",
    es="Haga medir y confirmar antes de cambiar piezas.",
)
COST = Text(
    fr="Ordre de grandeur : {low} à {high} € TTC pièces et main-d'œuvre, hors diagnostic.",
    en="Rough range: {low} to {high} € parts, labour and VAT included, diagnosis excluded.",
    es="Orden de magnitud: {low} a {high} € con piezas, mano de obra e IVA, sin diagnóstico.",
)
JOB_COST = Text(
    fr="{job} : {low} à {high} € TTC (le plus souvent {typical} €).",
    en="{job}: {low} to {high} € VAT included (most often {typical} €).",
    es="{job}: {low} a {high} € IVA incluido (lo más habitual, {typical} €).",
)
NOT_UNDERSTOOD = Text(
    fr="Je n'ai pas reconnu de symptôme précis. Décrivez ce que vous voyez, entendez ou sentez, quand cela arrive, et les codes lus s'il y en a.",
    en="I did not recognise a precise symptom. Describe what you see, hear or smell, when it happens, and any codes that were read.",
    es="No he reconocido un síntoma preciso. Describa lo que ve, oye o huele, cuándo ocurre y los códigos leídos, si los hay.",
)
DUE_NOTHING = Text(
    fr="{car} : rien n'est à faire pour l'instant d'après l'historique connu.",
    en="{car}: nothing is due for now, from the history known.",
    es="{car}: no hay nada pendiente por ahora según el historial conocido.",
)
DUE_LIST = Text(
    fr="{car}, à faire : {items}.", en="{car}, due: {items}.", es="{car}, pendiente: {items}."
)
REASON_LATE = Text(
    fr="{service} : dernière fois {last} ; prévu {interval}.",
    en="{service}: last done {last}; planned {interval}.",
    es="{service}: última vez {last}; previsto {interval}.",
)
REASON_NEVER = Text(
    fr="{service} : jamais enregistré ; prévu {interval}. S'il a été fait, ajoutez-le à l'historique.",
    en="{service}: never recorded; planned {interval}. If it was done, add it to the history.",
    es="{service}: nunca registrado; previsto {interval}. Si se hizo, añádalo al historial.",
)
REASON_LAW = Text(
    fr="{service} : obligatoire, échéance le {due}.",
    en="{service}: required by law, due on {due}.",
    es="{service}: obligatoria, vence el {due}.",
)
INTERVAL_BOTH = Text(
    fr="tous les {km} km ou {months} mois",
    en="every {km} km or {months} months",
    es="cada {km} km o {months} meses",
)
INTERVAL_KM = Text(fr="tous les {km} km", en="every {km} km", es="cada {km} km")
INTERVAL_MONTHS = Text(
    fr="tous les {months} mois", en="every {months} months", es="cada {months} meses"
)
INTERVAL_IS = Text(
    fr="{service} : {interval}, au premier des deux (règle générale ; le plan du constructeur prime).",
    en="{service}: {interval}, whichever comes first (general rule; the maker's plan wins).",
    es="{service}: {interval}, lo que llegue antes (regla general; el plan del fabricante manda).",
)
MAKER_WINS = Text(
    fr="Le plan d'entretien du constructeur prime toujours.",
    en="The maker's service plan always wins.",
    es="El plan de mantenimiento del fabricante siempre manda.",
)
HISTORY = Text(
    fr="{car}, historique : {items}.",
    en="{car}, history: {items}.",
    es="{car}, historial: {items}.",
)
HISTORY_EMPTY = Text(
    fr="{car} : aucun entretien enregistré.",
    en="{car}: no maintenance recorded.",
    es="{car}: ningún mantenimiento registrado.",
)
HELP = Text(
    fr="Je peux expliquer un symptôme ou un code défaut, dire ce qui est à faire sur votre voiture d'après son historique, donner un intervalle d'entretien ou un ordre de prix. Que voulez-vous savoir ?",
    en="I can explain a symptom or a trouble code, say what your car needs from its own history, give a service interval or a rough price. What would you like to know?",
    es="Puedo explicar un síntoma o un código de avería, decir qué necesita su coche según su historial, dar un intervalo de mantenimiento o un precio aproximado. ¿Qué quiere saber?",
)
VEHICLES = Text(
    fr="Vos véhicules : {items}.", en="Your vehicles: {items}.", es="Sus vehículos: {items}."
)
PREMIUM_HINT = Text(
    fr="Le diagnostic complet, avec probabilités et coûts, fait partie de la formule PREMIUM.",
    en="The full diagnosis, with likelihoods and costs, is part of the PREMIUM plan.",
    es="El diagnóstico completo, con probabilidades y costes, forma parte del plan PREMIUM.",
)
QUESTIONS = (
    Text(
        fr="Depuis quand, et à quelle occasion (à froid, en virage, au freinage) ?",
        en="Since when, and on what occasion (cold, cornering, braking)?",
        es="¿Desde cuándo y en qué ocasión (en frío, en curva, al frenar)?",
    ),
    Text(
        fr="Un voyant est-il allumé, de quelle couleur, fixe ou clignotant ?",
        en="Is a warning light on, of which colour, steady or flashing?",
        es="¿Hay un testigo encendido, de qué color, fijo o parpadeante?",
    ),
    Text(
        fr="Quels travaux ont été faits récemment ?",
        en="What work was done recently?",
        es="¿Qué trabajos se hicieron recientemente?",
    ),
)
WARNINGS = {
    "odometer_runs_back": Text(
        fr="Un entretien porte un kilométrage plus élevé que le compteur : vérifiez.",
        en="A record shows a higher mileage than the odometer: check it.",
        es="Un registro indica más kilómetros que el cuentakilómetros: compruébelo.",
    ),
    "mileage_unknown": Text(
        fr="Kilométrage inconnu : seules les échéances en temps sont calculées.",
        en="Mileage unknown: only time-based services are computed.",
        es="Kilometraje desconocido: solo se calculan los plazos por tiempo.",
    ),
    "mileage_estimated": Text(
        fr="Kilométrage estimé.", en="Mileage estimated.", es="Kilometraje estimado."
    ),
    "timing_drive_unknown": Text(
        fr="Courroie ou chaîne de distribution ? À préciser : l'échéance en dépend.",
        en="Timing belt or chain? Please say: the due date depends on it.",
        es="¿Correa o cadena de distribución? Indíquelo: el plazo depende de ello.",
    ),
    "inspection_failed": Text(
        fr="Le dernier contrôle technique est défavorable : une contre-visite est nécessaire.",
        en="The last inspection failed: a re-test is needed.",
        es="La última inspección fue desfavorable: hace falta una segunda revisión.",
    ),
    "record_in_the_future": Text(
        fr="Un entretien « effectué » est daté dans le futur : il n'est pas compté.",
        en="A completed record is dated in the future: it is not counted.",
        es="Un registro «realizado» tiene fecha futura: no se cuenta.",
    ),
}
TITLES = {
    "timing_belt_check": Text(
        fr="courroie ou chaîne de distribution : à vérifier",
        en="timing belt or chain: to be checked",
        es="correa o cadena de distribución: por comprobar",
    )
}
WORN = {
    "tyres_wear": Text(
        fr="contrôle de l'usure et de l'âge des pneus",
        en="tyre wear and age check",
        es="control de desgaste y edad de los neumáticos",
    ),
    "battery_12v_test": Text(
        fr="test de la batterie 12 V", en="12 V battery test", es="prueba de la batería de 12 V"
    ),
    "shocks_check": Text(
        fr="contrôle des amortisseurs",
        en="shock absorber check",
        es="control de los amortiguadores",
    ),
    "dpf_check": Text(
        fr="contrôle du filtre à particules",
        en="particulate filter check",
        es="control del filtro de partículas",
    ),
    "glow_plugs_check": Text(
        fr="contrôle des bougies de préchauffage",
        en="glow plug check",
        es="control de los calentadores",
    ),
    "ac_service": Text(
        fr="contrôle de la climatisation",
        en="air conditioning check",
        es="control del aire acondicionado",
    ),
    "brake_pads_front_wear": Text(
        fr="plaquettes avant : à mesurer, à remplacer sous 3 mm",
        en="front pads: measure, replace below 3 mm",
        es="pastillas delanteras: medir, cambiar por debajo de 3 mm",
    ),
    "brake_pads_front_wear_regen": Text(
        fr="plaquettes avant : à mesurer, à remplacer sous 3 mm",
        en="front pads: measure, replace below 3 mm",
        es="pastillas delanteras: medir, cambiar por debajo de 3 mm",
    ),
    "brake_discs_wear": Text(
        fr="disques et plaquettes avant : usure à mesurer",
        en="front discs and pads: measure the wear",
        es="discos y pastillas delanteros: medir el desgaste",
    ),
    "ev_service": Text(
        fr="révision du véhicule électrique",
        en="electric vehicle service",
        es="revisión del vehículo eléctrico",
    ),
}
