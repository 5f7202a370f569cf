"""Passwords that guessers try first, recognised offline: a few thousand base words and the habits people dress them up with.

A plain list of 100,000 entries would know `sunshine1` and `Sunshine99!`; a base word and the rules below know all its dresses,
tens of millions of passwords, in 70 kB. What no rule explains is in the list of the 30,000 commonest that zxcvbn brings.
"""

import re
import unicodedata
from datetime import date
from pathlib import Path
from string import digits, punctuation

from zxcvbn.frequency_lists import FREQUENCY_LISTS

LONGEST_COMMON = 24
_SWAPS = tuple(
    str.maketrans(f"0134578@$!|€+{extra}", f"o{one}eastbasiiet{meant}")
    for one in "li"
    for extra, meant in (("", ""), ("9624", "gbza"))
)
_SIGNS = "".join(char for char in punctuation if char not in "@$") + " "
_ROWS = (
    "`1234567890-=",
    "11223344556677889900",
    "1020304050607080", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:!", "qwertzuiopü", "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "1aqw2zsx3edc",
    "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "1a2z3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0", "a1z2e3r4t5y6", "147258369", "159357", "741852963", "789456123", "abcdefghijklmnopqrstuvwxyz", "0123456789",
    "zaq1xsw2cde3vfr4bgt5", "1qazxsw23edcvfr4", "!@#$%^&*()_+", "1z2x3c4v5b6n7m", "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j",
    "1a2s3d4f5g6h", "a1s2d3f4g5h6",
)  # fmt: skip
_SMALL_AFFIX = 4
_MANY_DIGITS = 8
_FEW_SYMBOLS = 3
_SHORTEST_WORD = 3
_SHORTEST_STEM = 5
_LONGEST_PAIR = 12
_YEARS = range(1900, 2100)


def _load() -> frozenset[str]:
    text = (Path(__file__).parent / "data" / "common_words.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(_plain(word) for line in lines for word in line.split())


def _plain(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def bare(text: str) -> str:
    """What is left of a word without case, accents, letter swaps, digits and punctuation."""
    return "".join(char for char in _plain(text).translate(_SWAPS[0]) if char.isalpha())


_WORDS = _load()
_TOP = frozenset(map(_plain, FREQUENCY_LISTS["passwords"]))
_CUT_OFF = frozenset(word[:8] for word in _WORDS if len(word) > 8)  # noqa: PLR2004 - as old systems cut passwords
_ODD_WORDS = tuple(word for word in _WORDS if not word.isalpha())
"""`r2d2`: its digits are its own."""
_WALKS = tuple(walk for row in _ROWS for walk in (row * 2, row[::-1] * 2))


def is_common(password: str) -> bool:
    """Long texts are judged by their length alone: a passphrase may be made of any words."""
    text = _plain(password)
    unit = _repeated_unit(text)
    if text in _TOP:
        return True
    return len(text) <= LONGEST_COMMON and any(
        (
            len(set(text)) <= _FEW_SYMBOLS,
            _is_dressed_word(text),
            unit != text and (len(unit) <= _SMALL_AFFIX or _is_known(unit)),
            _is_date(text),
            _is_nearly_stitched(text),
        )
    )


def _is_known(text: str) -> bool:
    return _is_word(text) or _is_walk(text) or _is_dressed_word(text)


def _is_dressed_word(text: str) -> bool:
    """`Password123!`, `p4$$w0rd`, `2024sunshine`, `drowssap`, `love.you`."""
    return any(
        (
            core in _ODD_WORDS
            or _is_word("".join(char for char in core.translate(swap) if char.isalpha()))
        )
        and _is_weak_affix(text.replace(core, "", 1))
        for core in _cores(text)
        for swap in _SWAPS
        if _mostly_letters(core)
    )


def _cores(text: str) -> set[str]:
    """The text without the signs, digits or both that stand around it."""
    inner = text.strip(_SIGNS)
    return {
        text,
        inner,
        inner.rstrip(digits),
        inner.lstrip(digits),
        inner.strip(digits),
        text.strip(_SIGNS + digits),
        *(word for word in _ODD_WORDS if word in text),
    }


def _mostly_letters(core: str) -> bool:
    return sum(not char.isalpha() for char in core) <= _SMALL_AFFIX


def _is_word(text: str) -> bool:
    if len(text) < _SHORTEST_WORD:
        return False
    return any(
        (
            text in _WORDS,
            text[::-1] in _WORDS,
            text.endswith("s") and text[:-1] in _WORDS,
            text in _CUT_OFF,
            _is_pair(text),
        )
    )


def _is_pair(text: str) -> bool:
    """Two base words in a row, at most twelve letters: `bluedragon`, `chrisbrown`, but no passphrase."""
    return len(text) <= _LONGEST_PAIR and any(
        text[:cut] in _WORDS and text[cut:] in _WORDS
        for cut in range(_SHORTEST_WORD, len(text) - _SHORTEST_WORD + 1)
    )


def _is_weak_affix(affix: str) -> bool:
    """What people add to a word: a few characters, a year, a date, a run of the keyboard."""
    number = "".join(char for char in affix if char.isdigit())
    return len(affix) - len(number) <= _SMALL_AFFIX and any(
        (
            len(number) <= _SMALL_AFFIX,
            _is_walk(number),
            _is_date(number),
            len(set(number)) <= _FEW_SYMBOLS,
        )
    )


def _is_walk(text: str) -> bool:
    return len(text) >= _SHORTEST_WORD and any(text in walk for walk in _WALKS)


def _is_nearly_stitched(text: str) -> bool:
    """Walks and runs, and at most one character at either end: `1234qwer`, `aaaa1111`, `abc123xyz`, `a1234567`."""
    return any(_stitches(part, 0) for part in (text, text[1:], text[:-1], text[1:-1]))


def _stitches(text: str, start: int) -> bool:
    if start == len(text):
        return True
    return any(
        _is_seam(text[start:end]) and _stitches(text, end)
        for end in range(len(text), start + _SHORTEST_WORD - 1, -1)
    )


def _is_seam(part: str) -> bool:
    return len(set(part)) == 1 or _is_walk(part) or (part in _WORDS and len(part) <= _SHORTEST_STEM)


def _repeated_unit(text: str) -> str:
    """`abab` is `ab`; a text that repeats nothing is its own unit."""
    at = (text + text).find(text, 1)
    return text[:at] if 0 < at < len(text) else text


def _is_date(text: str) -> bool:
    """`24121984`, `24/12/84`, `19841224`, and two years in a row."""
    parts = re.split(r"[-/. ]", text)
    number = "".join(part.zfill(2) for part in parts) if len(parts) == 3 else text  # noqa: PLR2004 - day, month, year
    if not re.fullmatch(r"[0-9]{6}|[0-9]{8}", number):
        return False
    if len(number) == _MANY_DIGITS and int(number[:4]) in _YEARS and int(number[4:]) in _YEARS:
        return True
    cut = len(number) - 4
    forms = (
        (number[-cut:], number[:2], number[2:4]),
        (number[:cut], number[cut + 2 :], number[cut : cut + 2]),
    )
    return any(_exists(year, a, b) or _exists(year, b, a) for year, a, b in forms)


def _exists(year: str, month: str, day: str) -> bool:
    number = int(year) if len(year) == 4 else 1900 + int(year)  # noqa: PLR2004 - a whole year
    try:
        return date(number, int(month), int(day)).year in _YEARS
    except ValueError:
        return False
