"""Whether words of danger are said of something that is there: "no smoke" and "the brakes are fine" are no danger, "no brakes" is one.

Only plain ways of saying so are understood, in French, English and Spanish, and only within one clause; whatever is not understood stays
a danger. A symptom is calmed by its absence ("pas de fumée"); a part of the car by its health ("les freins vont bien"), or by the absence
of a fault of it ("no brake noise"): without oil pressure it is worse, not better.

Texts are compared folded, with straight apostrophes and single spaces; a line break is a line break.
"""

import re
from typing import Final

NEAR: Final = 160
"""Characters on each side that are looked at."""


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_CLAUSE: Final = re.compile(
    r"[.;:!?()\n,\u2013\u2014]| - "
    r"|\b(?:mais|but|pero|sino|however|though|although|cependant|pourtant|toutefois|sauf|except|excepto|salvo|aunque"
    r"|because|car|parce|porque|par contre|en revanche|while|alors)\b"
)
_NO: Final = _any(
    r"pas jamais aucune? sans ni nulle? zero no not without never neither nor \w+n't cannot sin ningun ninguna nunca jamas"
    r" tampoco"
)
_FILLER: Final = _any(
    # French
    r"de d' du des la le les l' une? moindre moindres traces? signes? odeurs? presence vue? vus eue? constatee? remarquee? sentie?"
    r" notee? observee? detectee? apercue? entendue? aucune? ete blanche noire bleue grosse petite suspecte visible la"
    # English
    r" any an? the of signs? traces? hint see seen saw notice noticed smell smelled smelt had have been seeing is was it there even ever"
    r" longer sort kind white black blue visible sight coming"
    # Spanish
    r" hay habia hubo ha he han se sale salia saliendo veo ve vi visto noto nota notado echa tiene tenia esta es fue hace huele el los las"
    r" un una ningun ninguna rastro senal senales olor blanco negro lo le me"
)
_LINK: Final = _any(
    "de d' du des avec sur au aux les le la l' a lors quand cote with the my of from in on when con en el los las al del"
)
_FAULT: Final = _any(
    r"problemes? soucis? bruits? voyants? temoins? alertes? defauts? vibrations? usure jeu grincements? couinements? ennuis?"
    r" problems? issues? trouble noises? warnings? lights? faults? vibrations? grinding squeal(?:ing)? squeak(?:ing)?"
    r" problemas? ruidos? testigos? fallos? averias? avisos? vibracion(?:es)? luz"
)
_GOOD: Final = (
    r"(?:bien|ok|okay|bons?|bonnes?|normale?s?|normaux|normalmente|nickel|impeccables?|parfaite?s?|parfaitement|normalement|ras|fine|good|great"
    r"|normally|properly|well|perfect|perfectly|correctly|correcte?s?|correctement|alright|excellente?s?|perfectos?|perfectas?|perfectamente"
    r"|correctos?|correctas?|correctamente|bueno?s?|buenas?|rien a signaler|en (?:tres )?bon etat|in good (?:condition|order|shape)"
    r"|en (?:muy )?buen estado|comme il faut|as they should|sans (?:problemes?|soucis?)|without (?:any )?problems?|sin problemas?)"
)
_SO: Final = _any(
    "va vont est sont etait etaient marche marchent fonctionne fonctionnent freinent repond repondent semble semblent"
    " is are was were work works working feel feels seem seems look looks be being functions? to"
    " van esta estan funciona funcionan responde responden parece parecen tout fait tres toujours encore a"
    " all still completely totally both muy todo siguen sigue"
)
_PLACE: Final = _any(
    "avant arriere assistee assistida pedal pads? discs? discos pastillas pressure system wheel"
    " delanteros traseros front rear de d' des du del"
)
_TOGETHER: Final = r"(?:(?:et|and|y|e) (?:la |le |les |the |los |las |el )?\w+ )?"
_DOES: Final = _any(
    r"grince(?:nt)? couine(?:nt)? vibre(?:nt)? siffle(?:nt)? frotte(?:nt)? tremble(?:nt)? squeal squeak vibrate judder"
    r" grind rub shake rattle"
    r" leak chirri?an? vibran? rechinan? tiemblan? suenan?"
)
_DOES_NOT: Final = r"(?:ne |n'|do not |does not |did not |don't |doesn't |didn't |no )"
_UNLESS: Final = re.compile(
    r"\b(?:sauf|except|excepto|salvo|quand|when|cuando|until|unless|jusqu|hasta|parfois|sometimes|veces|usually|d'habitude|only|seulement"
    r"|solo|avant|before|antes)"
)

_ABSENT: Final = re.compile(rf"(?<![\w']){_NO} (?:{_FILLER} ?){{0,5}}$")
_NOT_QUITE: Final = re.compile(
    r"\b(?:pas (?:seulement|que|mal|normal)|non seulement|not only|no solo|no more than|not (?:sure|normal))\b"
)
_TWICE: Final = re.compile(
    r"(?:\b(?:not|never|no|pas|jamais|nunca)\b|n't)[^.;:!?\n,]*\b(?:without|sans|sin) (?:[\w']+ ?){0,3}$"
)
"""It does not start without smoke."""
_NOT_YET: Final = re.compile(r"\b(?:avant|before|until|jusqu|hasta|antes)\b")
"""Never smoke before: now there is."""
_NO_MORE: Final = re.compile(
    r"(?:\bn'|\bne )[^.;:!?\n]{0,30}\bplus (?:de |d'|aucune? )?(?:traces? (?:de |d'))?$"
    r"|\b(?:no more|no longer|not any more|ya no) (?:(?:any|is|there|echa|sale|se|hay|a|huele) ){0,2}$"
)
_VERB_BEFORE: Final = re.compile(
    r"(?:\bne |\bn'|\bn'a |\bn'ont )(?:s'|se |y |en |jamais |pas |plus )?$"
)
_VERB_AFTER: Final = re.compile(
    r"^\w* (?:pas|plus|jamais|point|aucunement)\b(?! (?:mal|que|seulement))"
)
_SPOKEN: Final = re.compile(r"^\w* (?:pas|jamais)\b(?! (?:mal|que|seulement))")
_SPOKEN_BEFORE: Final = re.compile(r"(?:\b(?:ca|elle|il|moteur|on) )$")
_FREE: Final = re.compile(r"^[- ]free\b")
_THING: Final = _any(
    "smoke fire flames? leaks? smell noise steam fumee feu flammes? fuite odeur bruit vapeur humo fuego llamas? fuga olor ruido vapor"
)
_NEITHER: Final = re.compile(
    rf"(?<![\w']){_NO} (?:{_FILLER} ?){{0,4}}(?:\w+(?: \w+){{0,2}} (?:ni|nor)|{_THING} (?:or|ou|o)) (?:{_FILLER} ?){{0,3}}$"
)
"""No smoke or flames; but it may not start, or smoke."""
_WONDERS: Final = re.compile(r"\b(?:si|if|whether|sure|know|sais|tell|seguro|segura)\b")
"""It is not known whether it is steam or smoke."""

_NO_FAULT_BEFORE: Final = re.compile(
    rf"(?<![\w']){_NO} (?:{_FILLER} ?){{0,3}}{_FAULT}(?: (?:{_LINK} ?){{0,4}})?$"
)
_NO_BEFORE: Final = re.compile(rf"(?<![\w']){_NO} (?:{_FILLER} ?){{0,3}}$")
_FAULT_AFTER: Final = re.compile(rf"^\w*(?: (?:fluid )?(?:pedal )?)?{_FAULT}\b")
_HEALTHY: Final = re.compile(
    rf"^\w* ?(?:{_PLACE} ?){{0,3}}{_TOGETHER}[:=]? ?(?:{_SO} ){{0,4}}{_GOOD}(?![\w'])(?P<rest>[^.;!?\n]*)"
)
_ENDS: Final = re.compile(
    r" ?(?:$|[,:)\u2013\u2014-]|(?:et|and(?! gone)|y|mais|but|pero|maintenant|now|ahora|depuis|since|desde|aussi|too|tambien|je|i|c'est|it"
    r"|selon|according|d'apres|segun)\b)"
)
"""So much may follow "bien": worn brakes are "bien usés"."""
_NO_NOISE: Final = r"font (?:pas|plus)(?: de)? bruit|make (?:any )?noise|hacen? ruido"
_QUIET: Final = re.compile(rf"^\w* (?:{_PLACE} ){{0,2}}{_DOES_NOT}(?:{_DOES}|{_NO_NOISE})\b")
_NOT_IT: Final = re.compile(
    r"\b(?:(?:n'est|n'etait|ne sont|c'est|est|vient|viennent|provient|proviennent) pas (?:de |d')?"
    r"|(?:is|are|was|were|it's|that's) not (?:coming )?(?:from )?|(?:isn't|aren't|wasn't|weren't) (?:coming )?(?:from )?"
    r"|no (?:es|son|era|eran) |no (?:viene|vienen|sale|salen) de )"
    r"(?:la |le |les |l'|des |du |the |my |a |el |los |las |l )?$"
)
_NOT_BADLY: Final = re.compile(r"^\w* mal\b")


def is_calmed(said: str, start: int, end: int, *, by_absence: bool, by_health: bool) -> bool:
    """`said[start:end]` is a word of danger, or how one begins; `by_absence`: a symptom; `by_health`: a part, or its work."""
    before, after, clause = _around(said, start, end)
    if by_absence and not _NOT_YET.search(clause) and _is_absent(before, after):
        return True
    return by_health and _is_healthy(before, after, clause)


def undoes(said: str, end: int) -> bool:
    """What follows says that it was no loss: `no brakes problem`, `the brakes do not squeal`, `no frena mal`."""
    after = said[end : end + NEAR]
    return bool(
        _FAULT_AFTER.match(after)
        or _NOT_BADLY.match(after)
        or re.match(rf"^\w* (?:{_DOES}|make (?:any )?noise)\b", after)
    )


def _around(said: str, start: int, end: int) -> tuple[str, str, str]:
    """What stands before it in its clause; what follows, whole and in its clause."""
    before = said[max(0, start - NEAR) : start]
    cut = max((each.end() for each in _CLAUSE.finditer(before)), default=0)
    after = said[end : end + NEAR]
    until = _CLAUSE.search(after)
    return before[cut:].lstrip(), after, after[: until.start()] if until else after


def _is_absent(before: str, after: str) -> bool:
    if any(each.search(before) for each in (_NOT_QUITE, _TWICE, _WONDERS)):
        return False
    if _ABSENT.search(before) or _NO_MORE.search(before) or _NEITHER.search(before):
        return True
    if _FREE.match(after) or _NOT_IT.search(before):
        return True
    if _VERB_BEFORE.search(before):
        return bool(_VERB_AFTER.match(after)) or "jamais" in before
    return bool(_SPOKEN_BEFORE.search(before) and _SPOKEN.match(after))


def _is_healthy(before: str, after: str, clause: str) -> bool:
    if _NO_FAULT_BEFORE.search(before) or _NOT_IT.search(before):
        return True
    if _NO_BEFORE.search(before) and _FAULT_AFTER.match(clause):
        return True
    if _QUIET.match(clause):
        return True
    healthy = _HEALTHY.match(after)
    if healthy is None or not _ENDS.match(healthy["rest"]):
        return False
    return not _UNLESS.search(healthy["rest"])
