"""Yes and no in the languages in which these programs are used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.vehicles.domain.moving.settling import Settling

FLAG: Final = "yes_word"
MOST_WORDS: Final = 6
LONGEST_WORD: Final = 40
_YES: Final = """
    1 1.0 1,0 true yes y x on full filled ja j oui o sí si s sim da да так tak igen i evet e ano áno kyllä ναι はい 是 예 네 ya vrai
    wahr verdadero verdadeiro vero sant sand waar prawda voll plein lleno pieno cheio vol pełny полный jah jā taip כן نعم có ใช่ हाँ
    """
_NO: Final = """
    0 0.0 0,0 false no n off partial nein non não nao нет ні не nie nem hayır hayir h ne nej nei ei nu όχι いいえ 否 아니요 아니오
    tidak faux falsch falso falskt usand onwaar nee fałsz teilweise partiel parcial parziale partieel частичный nē לא لا không ไม่
    नहीं
    """
YES: Final = frozenset(_YES.split())
NO: Final = frozenset(_NO.split())


def flag_of(cell: str) -> bool | None:
    """None for an empty cell and for a word that is neither."""
    word = cell.strip().lower()
    return True if word in YES else False if word in NO else None


def flag_by(facts: Mapping[str, str], cell: str) -> bool | None:
    """With the word that a person said means yes."""
    yes = facts.get(FLAG)
    known = flag_of(cell)
    if known is None and cell.strip() and yes is not None:
        return cell.strip().lower() == yes
    return known


@dataclass(slots=True)
class FlagsSeen:
    """The words in columns of yes and no that are neither in any language known here: asked, once per file."""

    unknown: dict[str, None] = field(default_factory=dict)

    def see(self, cell: str) -> None:
        word = cell.strip().lower()
        if word and len(self.unknown) < MOST_WORDS and flag_of(word) is None:
            self.unknown[word[:LONGEST_WORD]] = None

    def settle(self, settling: Settling) -> None:
        if self.unknown:
            settling.ask(FLAG, tuple(self.unknown), samples=tuple(self.unknown))
