"""What is taken in of a car's receipts for one file, and the words for why one is not in it."""

from enum import StrEnum
from typing import Final

from shared.contracts.base import Language
from shared.messages import Text

LARGEST_OF_ALL: Final = 64 * 1024 * 1024
"""Of all receipts of one file, in bytes; it is in memory once while the file is made."""
MOST_PARTS: Final = 64
"""Of one."""
PRINTED: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""Kinds that are laid onto pages."""
LONGEST_NAME: Final = 200


class Why(StrEnum):
    """Why a receipt is not in a file; the first ones as the documents service says them."""

    NOT_FOUND = "not_found"
    LOCKED = "locked"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    NOT_IN_TIME = "not_in_time"
    """It had not come when the time to wait was over."""
    TOO_MANY = "too_many"
    """Others of the same file have used up the room."""


WORDS: Final[dict[Why, Text]] = {
    Why.NOT_FOUND: Text(
        fr="non jointe : introuvable",
        en="not included: not found",
        es="no incluida: no se encuentra",
    ),
    Why.LOCKED: Text(
        fr="non jointe : protégée par un mot de passe",
        en="not included: it needs a password",
        es="no incluida: protegida con contraseña",
    ),
    Why.DAMAGED: Text(
        fr="non jointe : illisible", en="not included: damaged", es="no incluida: dañada"
    ),
    Why.TOO_LARGE: Text(
        fr="non jointe : trop volumineuse",
        en="not included: too large",
        es="no incluida: demasiado grande",
    ),
    Why.NO_PICTURE: Text(
        fr="non jointe : données sans page à montrer",
        en="not included: data without a page to show",
        es="no incluida: datos sin página que mostrar",
    ),
    Why.NOT_IN_TIME: Text(
        fr="non jointe : pas arrivée à temps",
        en="not included: it did not come in time",
        es="no incluida: no llegó a tiempo",
    ),
    Why.TOO_MANY: Text(
        fr="non jointe : il y en a trop pour un seul fichier",
        en="not included: too many for one file",
        es="no incluida: hay demasiadas para un solo archivo",
    ),
}


def said(why: str, language: Language) -> str:
    return WORDS[Why(why)].into(language)


def is_printed(media_type: str, *, parts: int, number: int) -> bool:
    """Whether a piece that came can be one of a receipt."""
    return media_type in PRINTED and 0 <= number < parts <= MOST_PARTS
