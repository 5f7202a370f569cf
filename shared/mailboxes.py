"""When two e-mail addresses are the same person's."""

import unicodedata


def canonical(email: str) -> str:
    """The key under which an address is unique: case of letters and composition of accents do not tell people apart.

    Nothing else is folded: a mailbox of one letter `ﬁ` is not that of `fi`, and `ß` is not `ss`.
    """
    return "".join(map(_small, unicodedata.normalize("NFC", email.strip())))


def _small(char: str) -> str:
    """Only where there is a way back: of two letters that merely share a small one, each stays itself."""
    small = char.lower()
    return small if small.upper() == char else char
