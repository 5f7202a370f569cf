# ruff: noqa: E501 - word lists and sentences are read as lines
"""What leaves the house for a model: no address, number, plate, name that introduces itself, nor a full VIN."""

import re
import unicodedata
from collections.abc import Mapping

from services.ai.domain.carwords import flat, is_word, words
from services.ai.domain.plates import without_plates

VIN_LENGTH = 17
LONGEST = 20_000
LOOK_BACK = 40  # characters before a number say what it is
MOST_ROUNDS = 8  # what one mark leaves beside another can be read anew; seldom more than twice
VIN = re.compile(r"(?<![^\W_])[A-HJ-NPR-Z0-9]{17}(?![^\W_])", re.IGNORECASE)
LOOSE_VIN = re.compile(
    r"(?<![^\W_])(?=((?:[A-HJ-NPR-Z0-9][ -]?){16}\d(?![^\W_])))(?=[A-HJ-NPR-Z0-9]{2})",
    re.IGNORECASE,
)
VIN_SERIAL = re.compile(r"\d[ -]?\d[ -]?\d[ -]?\d$")
VIN_CALLED = re.compile(
    r"\b(?:vin|ch[âa]ssis|bastidor|s[ée]rie|serial)\b[^\w\n]{0,4}(?:n°|no|number|num[ée]ro|número|est|es|is)?[^\w\n]{0,4}$",
    re.IGNORECASE,
)
VIN_DIGITS = 5  # in groups and without a known maker: fewer are prose
EMAIL = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}\s{0,3}(?:@|\(at\)|\[at\]|\s(?:at|arobase|arroba)\s)\s{0,3}"
    r"[\w-]{1,63}(?:(?:\s{0,3}\.\s{0,3}|\s(?:dot|point|punto)\s)[\w-]{1,63}){1,6}",
    re.IGNORECASE,
)
IBAN_LENGTHS: Mapping[str, int] = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27,
    "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MA": 28,
    "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26,
}  # fmt: skip
IBAN = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(IBAN_LENGTHS)})\d{{2}}(?:[ \u00a0-]?[A-Z0-9]){{11,30}}(?![^\W_])",
    re.IGNORECASE,
)
CARD = re.compile(r"(?<![^\W_])\d(?:[ \u00a0-]?\d){12,40}(?![^\W_])")
CARD_GROUPS = re.compile(r"\d{4}[ \u00a0-]\d{4}[ \u00a0-]\d{4}[ \u00a0-]\d{1,7}")
LEAST_CARD, MOST_CARD = 13, 19  # digits
CARD_ALONE = 15  # digits in one piece: nothing of a car has so many
GAP = r"[ \t\u00a0\u202f./–-]"
PHONE = re.compile(
    r"(?<![\w.,])(?:"
    rf"(?:\+|00)\d{{1,3}}{GAP}?(?:\(0\){GAP}?)?\d(?:{GAP}?\d){{6,12}}"
    rf"|\(?0[1-9](?:\)?{GAP}?\d){{7,9}}"
    rf"|(?<!\b0 )[6-9]\d{{2}}(?:{GAP}?\d{{3}}{GAP}?\d{{3}}|(?:{GAP}\d{{2}}){{3}})"
    rf"|3\d{{2}}{GAP}?\d{{3}}{GAP}?\d{{4}}"
    r")(?![^\W_])"
)
AFTER_PART = re.compile(
    r"\b(?:bosch|valeo|delphi|denso|injecteurs?|injectors?|inyector(?:es)?|sondes?|sensor|capteur|pompe|pump|bomba|filtre|filter|filtro|pi[eè]ce|part(?: n(?:umber|o|r))?|r[ée]f[ée]rence|r[ée]f|referencia|pieza|oem?)\b[\s.:#°n]{0,4}$",
    re.IGNORECASE,
)
NAME = re.compile(
    r"(?i:\b(je m'appelle|je suis|mon nom est|my name is|i am|i'm|me llamo|mi nombre es|soy)\s+)((?:[A-ZÀ-Ý][\w'’-]+)(?:\s+(?:de|la|le|van|von|[A-ZÀ-Ý][\w'’-]+)){0,3})"
)
CONTACT = re.compile(r"(?<![\d-])(?<!\d )\b(M\.|Mme|Mlle|Mr\.?|Mrs\.?|Ms\.?|Sr\.?|Sra\.?|D\.|Dr\.?)\s+([A-ZÀ-Ý][\w'’-]+)(?:\s+[A-ZÀ-Ý][\w'’-]+)?")  # fmt: skip
ADDRESS = re.compile(
    r"\b\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|all[ée]e|calle|avenida|plaza)\s+[\w'’ -]{2,40}",
    re.IGNORECASE,
)
LINK_SECRET = re.compile(
    r"\b(?:sk|pk|atk|ghp)[-_][A-Za-z0-9_-]{8,}\b|\bBearer\s+\S+", re.IGNORECASE
)


def _shortened(said: str) -> str:
    """WMI and model year say enough about a car, and nothing about its owner."""
    vin = re.sub(r"[ -]", "", said).upper()
    return f"[vin {vin[:3]} year-letter {vin[9]}]"


def _vin(match: re.Match[str]) -> str:
    vin = match.group()
    if vin.isdecimal() or vin.isalpha():
        return vin
    return _shortened(vin)


def _without_loose_vins(text: str) -> str:
    """Seventeen characters in groups; a sentence may hold as many: its words, makes and models are none."""
    out, done = [], 0
    for match in LOOSE_VIN.finditer(text):
        begin, said = match.start(), match.group(1)
        if begin >= done and _is_vin(said, text[max(0, begin - LOOK_BACK) : begin]):
            out += [text[done:begin], _shortened(said)]
            done = begin + len(said)
    return "".join([*out, text[done:]])


def _is_vin(said: str, before: str) -> bool:
    vin = re.sub(r"[ -]", "", said).upper()
    if vin.isdecimal() or not VIN_SERIAL.search(said):
        return False
    if VIN_CALLED.search(before):
        return True
    if any(_is_prose(group) for group in re.split(r"[ -]", said)):
        return False
    return vin[:3] in words().wmi or sum(map(str.isdecimal, vin)) > VIN_DIGITS


def _is_prose(group: str) -> bool:
    """Words of three letters and more; one character alone is no group of a VIN."""
    known, folded = words(), flat(group)
    if folded in known.names or folded in known.engines or folded in known.numbers:
        return True
    return len(group) == 1 or (
        group.isalpha() and (is_word(group) or group.islower() or group.istitle())
    )


def _iban(match: re.Match[str]) -> str:
    """The country's own length, from the beginning of what could be one."""
    said = match.group()
    left = IBAN_LENGTHS[said[:2].upper()]
    for end, letter in enumerate(said, start=1):
        left -= letter.isalnum()
        if left == 0:
            rest = said[end:]
            return said if rest[:1].isalnum() else f"[iban]{rest}"
    return said


def _card(match: re.Match[str]) -> str:
    """A card among groups of digits, whatever numbers stand before and after it."""
    said = match.group()
    groups = [(one.start(), one.end()) for one in re.finditer(r"\d+", said)]
    for begin, _ in groups:
        for _, end in reversed(groups):
            if _is_card(said[begin:end]):
                return f"{said[:begin]}[card]{said[end:]}"
    return said


def _is_card(said: str) -> bool:
    digits = re.sub(r"\D", "", said)
    alone = said.isdecimal() and len(said) >= CARD_ALONE
    sums_up = LEAST_CARD <= len(digits) <= MOST_CARD and _sums_up(digits)
    return alone or sums_up or CARD_GROUPS.fullmatch(said) is not None


def _sums_up(digits: str) -> bool:
    """Luhn's check, which every card passes."""
    doubled = (int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0  # noqa: PLR2004 - a digit


def _phone(match: re.Match[str]) -> str:
    """Unless the sentence calls it a part's number."""
    said = match.group()
    before = match.string[max(0, match.start() - LOOK_BACK) : match.start()]
    return said if said[0] != "+" and AFTER_PART.search(before) else "[phone]"


def _name(match: re.Match[str]) -> str:
    return match.group() if _opens_with_a_word(match.group(2)) else f"{match.group(1)} [name]"


def _opens_with_a_word(said: str) -> bool:
    """`2.0 D. The turbo…`, `I am BMW…`: no name begins so."""
    first = said.split(maxsplit=1)[0]
    return is_word(first) or flat(first) in words().makes


HALF_WIDTH: Mapping[int, int | str] = {
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
    **dict(zip(map(ord, "﹤﹥﹠﹟﹪﹫"), "<>&#%@", strict=True)),
}


def visible(text: str) -> str:
    """Full-width signs as everybody types them, and nothing that cannot be seen between two letters."""
    if text.isascii():
        return text
    shown = text.translate(HALF_WIDTH)
    return "".join(letter for letter in shown if unicodedata.category(letter) != "Cf")


def redact(text: str) -> str:
    """The same text without what identifies a person or a car; of an endless text, the beginning.
    A second time changes nothing more.
    """
    out = visible(text[:LONGEST])
    for _ in range(MOST_ROUNDS):
        before, out = out, _once(out)[:LONGEST]
        if out == before:
            break
    return out


def _once(text: str) -> str:
    out = LINK_SECRET.sub("[secret]", text)
    out = EMAIL.sub("[e-mail]", out)
    out = VIN.sub(_vin, out)
    out = _without_loose_vins(out)
    out = IBAN.sub(_iban, out)
    out = PHONE.sub(_phone, out)
    out = CARD.sub(_card, out)
    out = without_plates(out, "[plate]")
    out = ADDRESS.sub("[address]", out)
    out = NAME.sub(_name, out)
    return CONTACT.sub(_name, out)
