# ruff: noqa: E501 - word lists and sentences are read as lines
"""What the assistant will not help with, decided before any model is asked; and what no answer may carry out of the house."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.ai.domain import knowledge
from services.ai.domain.wording import fold

DOING = r"(?:desactiv\w*|supprim\w*|enlev\w*|retir\w*|neutralis\w*|condamn\w*|boucher|bouche|obtur\w*|debranch\w*|decatalys\w*|defap\w*|vider|videz|percer|shunt\w*|simul\w*|leurr\w*|emulat\w*|contourn\w*|sans passer|bypass\w*|delet\w*|remov\w*|disabl\w*|deactivat\w*|turn off|block\w*|blank\w*|gut\w*|hollow\w*|cheat\w*|fool\w*|trick\w*|disconnect\w*|unplug\w*|eliminar|eliminacion|anular|anulacion|quitar|quito|vaciar|tapar|cegar|engan\w*|emulador\w*|puente\w*|programm\w* off|reprogramm\w*|off definitif\w*|permanent\w*|definitiv\w*)"
POLLUTION = r"(?:fap|egr|adblue|ad blue|scr|catalys\w*|cata|catalizador|dpf|gpf|def system|nox|filtre a particules|filtre particules|particulate|filtro (?:de )?particulas|vanne egr|anti ?pollution|antipollution|emission\w*|anticontaminacion|sonde lambda|o2 sensor|urea|uree)"
ODOMETER = r"(?:compteur|kilometrage|odometre|kilometres|odometer|mileage|clocks?|cuentakilometros|kilometraje)"
ROLLING = r"(?:baisser|baisse|reduire|rajeunir|modifier|trafiquer|falsifi\w*|maquill\w*|corriger a la baisse|remettre a zero|reculer|diminuer|retrograder|roll\w* back|rolling back|wind\w* back|turn\w* back|clock\w*|reduce|lower|decrease|tamper\w*|alter|rewind|spoof|bajar|reducir|manipular|trucar|retroceder|afeitar|reset)"
AIRBAG = r"(?:airbag\w*|pretension\w*|pretensor\w*|srs|ceinture\w*|seat ?belt\w*|cinturon\w*)"
AIRBAG_DOING = r"(?:desactiv\w* (?:le voyant|definitiv)|shunt\w*|resistance|resistor|resistencia|simul\w*|emulat\w*|eteindre le voyant|effacer le voyant|tromper|bypass\w*|contourn\w*|demont\w*|dismantl\w*|remov\w*|desmont\w*|quitar|debranch\w*|enlev\w*|supprim\w*|fool\w*|trick\w*|reparer moi meme|repair (?:it )?myself|disconnect\w*|reutilis\w*|reuse|anular|puente\w*|deploy\w*)"
HIGH_VOLTAGE = r"(?:haute tension|high voltage|alta tension|alto voltaje|batterie (?:de )?traction|traction battery|hv battery|bateria (?:de )?traccion|cables? oranges?|orange cables?|cables? naranjas?|batterie (?:hybride|hv|de (?:ma )?(?:zoe|leaf|tesla))|(?:hybrid|ev|tesla|prius|leaf) battery|bateria hibrida|pack batterie|battery pack|onduleur|inverter|service plug|service disconnect|interlock)"
HV_DOING = r"(?:ouvrir|ouvre|demont\w*|debranch\w*|reparer|repare|remplacer (?:moi|les? (?:cellules?|modules?))|changer (?:moi|une? (?:cellule|module)|les? (?:cellules?|modules?))|shunt\w*|contourn\w*|mesurer|toucher|couper|open\w*|dismantl\w*|take apart|repair\w*|replac\w* (?:a |the )?(?:cell|module)|swap\w*|bypass\w*|disconnect\w*|cut\w*|touch\w*|jump\w*|myself|abrir|abro|desmontar|reparar|cambiar (?:una |las )?(?:celda|modulo)|puente\w*|desconectar|tocar|moi meme|yo mismo)"
PAPERS = r"(?:carte grise|certificat|proces verbal|pv|controle technique|vignette|crit air|critair|facture\w*|carnet (?:d )?(?:entretien|de)|attestation|assurance|document\w*|logbook|v5c?|invoice\w*|receipt\w*|service (?:book|history)|service record\w*|registration|mot|itv|certificado|inspection (?:certificate|report|sticker)|factura\w*|libro (?:de )?mantenimiento|papeles|permiso de circulacion|ficha tecnica|plaque\w*|plates?|matricula|vin|numero de serie|chasis|chassis)"
FORGING = r"(?:faux|fausse\w*|falsifi\w*|antidat\w*|contrefai\w*|imiter|fabriquer|generer un faux|trafiquer|maquill\w*|truqu\w*|forg\w*|fake\w*|backdat\w*|counterfeit\w*|doctor\w*|photoshop\w*|clone\w*|cloning|falso\w*|falsa\w*|falsear|inventar|invente\w*|make up|regraver|refrapper)"
THEFT = r"(?:voler une? (?:voiture|auto)|demarrer sans (?:la )?cle|hotwire|hot wire|steal a (?:car|vehicle)|steal (?:this|that) car|robar un coche|arrancar sin llave|clone (?:a |the )?key|cloner (?:une|la) cle|relay attack|contourner (?:l )?anti ?demarrage|bypass (?:the )?immobili\w*|anular (?:el )?inmovilizador|disable (?:the )?(?:gps )?tracker)"
WARNED_ONLY = re.compile(
    r"\b(?:pourquoi (?:est ce )?interdit|est ce (?:legal|autorise|illegal)|is it (?:legal|illegal|allowed)|es (?:legal|ilegal)|amende|fine|multa|risque\w*|suspect\w*|soupconn\w*|verifier si|savoir si|comment savoir|how (?:can|do) i (?:tell|know|check|detect|spot)|detect\w*|como (?:saber|se)|hacked|was rolled|a ete (?:trafique|modifie|truque))\b"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """`topic` is None when there is nothing to refuse."""

    topic: str | None
    advice: tuple[str, ...] = ()


def _both(first: str, second: str, within: int = 60) -> re.Pattern[str]:
    return re.compile(
        rf"\b{first}\b.{{0,{within}}}\b{second}\b|\b{second}\b.{{0,{within}}}\b{first}\b"
    )


RULES: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("odometer", _both(ROLLING, ODOMETER, 40), ()),
    (
        "odometer",
        _both(
            r"(?:bajar|trucar|afeitar|manipular|quitar|enlever|effacer|erase|baisser)",
            r"(?:kilometros|kilometres|kms)",
            25,
        ),
        (),
    ),
    ("papers", _both(FORGING, PAPERS), ()),
    ("theft", re.compile(rf"\b{THEFT}\b"), ()),
    ("airbag", _both(AIRBAG_DOING, AIRBAG), ("restraint_risk",)),
    ("high_voltage", _both(HV_DOING, HIGH_VOLTAGE), ("do_not_touch_hv",)),
    ("defeat_device", _both(DOING, POLLUTION), ()),
    (
        "defeat_device",
        re.compile(
            r"\b(?:defapage|decata\w*|decatalys\w*|egr off|fap off|dpf off|adblue off|egr delete|dpf delete|adblue emulator|straight pipe|cat delete|defeat device)\b"
        ),
        (),
    ),
)
FAULT = re.compile(
    r"\b(?:voyant|codes?|p0\d{3}|panne|remplac\w*|nettoy\w*|clean\w*|replac\w*|regenera\w*|limpiar|cambiar|bouche)\b"
)
STRONG = re.compile(
    r"\b(?:desactiv\w*|supprim\w*|suppression|enlev\w*|retir\w*|neutralis\w*|condamn\w*|definitiv\w*|permanent\w*|delet\w*|disabl\w*|remov\w*|bypass\w*|anular|eliminar|emulat\w*|reprogramm\w*|shunt\w*|quitar|vider|gut\w*|contourn\w*|obtur\w*|boucher|blank\w*|cheat\w*|defap\w*)\b"
)


def judge(message: str) -> Policy:
    """By keyword, before the model: what is asked for, not what is talked about."""
    folded = re.sub(r"[.'&]", " ", fold(message.replace("-", " ")))
    folded = " ".join(folded.split())
    if WARNED_ONLY.search(folded) and not re.search(
        r"\b(?:comment|how to|how do i|como)\b.{0,12}\b(?:desactiv|supprim|remov|disable|delete|bypass|eliminar|anular|bajar|roll)",
        folded,
    ):
        return Policy(None)
    for topic, rule, advice in RULES:
        if rule.search(folded) and not (
            topic == "defeat_device" and FAULT.search(folded) and not STRONG.search(folded)
        ):
            return Policy(topic, advice)
    return Policy(None)


LINK = re.compile(
    r"!?\[([^\]]{0,300})\]\([^)]{0,2000}\)|<(?:img|a|script|iframe)\b[^>]{0,2000}>|</(?:a|script|iframe)>|\b(?:https?|ftp|data|javascript):\S+|\bwww\.\S+",
    re.IGNORECASE,
)
OVERLAP = 60  # characters of the instructions that no answer may repeat


def filtered(text: str, *, secret: str) -> str:
    """An answer without links, images, markup or a passage of our own instructions."""
    out = LINK.sub(lambda match: match.group(1) or "", text)
    return "" if leaks(out, secret) else out


def leaks(text: str, secret: str) -> bool:
    flat, hidden = " ".join(text.split()).lower(), " ".join(secret.split()).lower()
    return any(hidden[i : i + OVERLAP] in flat for i in range(0, max(1, len(hidden) - OVERLAP), 15))


UNSAFE = re.compile(
    r"(?:continue[zr]? (?:a|de) rouler|vous pouvez (?:continuer a )?rouler|rien (?:de )?grave|sans danger|pas (?:de )?danger|aucun (?:risque|danger)|"
    r"(?:safe|fine|ok(?:ay)?) to (?:keep |continue )?driv\w*|keep driving|continue driving|no (?:danger|risk|urgency)|not urgent|"
    r"puede seguir (?:conduciendo|circulando)|siga (?:conduciendo|circulando)|sin (?:peligro|riesgo)|no (?:hay|es) (?:peligro|grave|urgente)|"
    r"ouvr\w+ le bouchon .{0,40}chaud|open the (?:radiator )?cap)"
)


def contradicts(sentence: str, urgency: str) -> bool:
    """A sentence that calms where the engine says stop."""
    return urgency == "high" and bool(UNSAFE.search(re.sub(r"[.']", " ", fold(sentence))))


def advice_texts(codes: Iterable[str], language: str) -> list[Mapping[str, str]]:
    known = knowledge.advice()
    return [
        {"code": code, "level": known[code].level, "text": known[code].text[language]}
        for code in codes
        if code in known
    ]
