"""Letters compared as people mean them: without case, accents and punctuation."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """Without accents; ligatures opened; length may change."""
    opened = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("ß", "ss")
    decomposed = unicodedata.normalize("NFKD", opened)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def fold(text: str) -> str:
    """Lower case words with single spaces between: the form labels are written and compared in."""
    return _NOT_WORD.sub(" ", plain(text).lower()).strip()


def squeeze(text: str) -> str:
    """Letters and digits only, upper case: the form codes are compared in."""
    return re.sub(r"[^A-Z0-9]", "", plain(text).upper())
