# ruff: noqa: E501 - a format is read as one line
"""Number plates of ten countries in a sentence about cars. Many plates read like a car (`308 HDI 92`, `2015 BMW`): what makes,
models, engines, years, units and short words explain is left alone, unless the sentence itself calls it a plate.

Sources of the formats: the countries' own registration rules as commonly published; letters that a country never issues
(vowels in Spain and the Netherlands, I, O, U in France) are not part of its format.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.ai.domain.carwords import CODED, YEAR_DIGITS, is_word, is_year, names_a_car, words

BLANK = r"[ \u00a0\u202f]"
SEP = rf"(?:{BLANK}?[-–—‐‑.·]{BLANK}?|{BLANK}{{1,2}})"
FR = "[A-HJ-NP-TV-Z]"
ES = "[BCDFGHJKLMNPRSTVWXYZ]"
NL = "[BDFGHJKLMNPRSTVWXZ]"
PROVINCE = "(?:A|AB|AL|AV|B|BA|BI|BU|C|CA|CC|CE|CO|CR|CS|CU|GC|GE|GI|GR|GU|H|HU|IB|J|L|LE|LO|LU|M|MA|ML|MU|NA|O|OR|OU|P|PM|PO|S|SA|SE|SG|SH|SO|SS|T|TE|TF|TO|V|VA|VI|Z|ZA)"
PROVINCIA = "(?:AG|AL|AN|AO|AP|AQ|AR|AT|AV|BA|BG|BL|BN|BO|BR|BS|BZ|CA|CB|CE|CH|CL|CN|CO|CR|CS|CT|CZ|EN|FE|FG|FI|FO|FR|GE|GO|GR|IM|IS|KR|LC|LE|LI|LO|LT|LU|MC|ME|MI|MN|MO|MS|MT|NA|NO|NU|OR|PA|PC|PD|PE|PG|PI|PN|PO|PR|PS|PT|PV|PZ|RA|RC|RE|RG|RI|RM|RN|RO|SA|SI|SO|SP|SR|SS|SV|TA|TE|TN|TO|TP|TR|TS|TV|UD|VA|VC|VE|VI|VR|VT|VV)"
CANTON = "(?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)"
COUNTY = "(?:C|CE|CN|CW|D|DL|G|KE|KK|KY|L|LD|LH|LK|LM|LS|MH|MN|MO|OY|RN|SO|T|TN|TS|W|WD|WH|WX|WW)"
SIDECODES = (
    "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9", "9-XXX-99", "XX-999-X", "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9",
)  # fmt: skip
S = SEP + "?"


def _sidecode(code: str, letter: str, between: str) -> str:
    groups = (
        (letter if part[0] == "X" else r"\d") + f"{{{len(part)}}}" for part in code.split("-")
    )
    return between.join(groups)


FORMATS = (
    rf"{FR}{{2}}{S}\d{{3}}{S}{FR}{{2}}",  # France since 2009, Italy since 1994
    rf"\d{{1,4}}{S}[A-Z]{{2,3}}{S}(?:97\d|\d{{2}}|2[AB])",  # France before 2009
    rf"\d{{4}}{S}{ES}{{3}}",  # Spain since 2000
    rf"{PROVINCE}{S}\d{{4}}{S}[A-Z]{{1,2}}|{PROVINCE}-\d{{5,6}}",  # Spain before
    rf"[A-ZÄÖÜ]{{1,3}}{SEP}[A-Z]{{1,2}}{S}[1-9]\d{{0,3}}[EH]?",  # Germany
    r"[A-ZÄÖÜ]{3,5}[1-9]\d{2,3}[EH]?",  # Germany, all in one
    rf"{PROVINCIA}{SEP}(?:\d{{6}}|[A-Z]\d{{5}}|\d[A-Z]\d{{4}})",  # Italy before
    rf"[A-Z]{{2}}\d{{2}}{S}[A-Z]{{3}}",  # United Kingdom since 2001
    rf"[A-Z]\d{{1,3}}{S}[A-Z]{{3}}|[A-Z]{{3}}{S}\d{{1,3}}[A-Z]",  # and before
    rf"(?=[A-Z]{{0,2}}[IZ])[A-Z]{{3}}{S}\d{{4}}",  # Northern Ireland
    rf"[1-9]{S}[A-Z]{{3}}{S}\d{{3}}",  # Belgium
    r"[A-Z]{3}-\d{3}|\d{3}-[A-Z]{3}",  # and before
    *(_sidecode(code, NL, S) for code in SIDECODES),  # Netherlands
    rf"[A-Z]{{2}}({SEP})\d{{2}}\1\d{{2}}|\d{{2}}({SEP})\d{{2}}\2[A-Z]{{2}}",  # Portugal and the Netherlands before
    *(_sidecode(code, "[A-Z]", S) for code in ("99-XX-99", "XX-99-XX")),  # Portugal since 2005
    rf"{CANTON}{S}\d{{4,6}}",  # Switzerland
    rf"\d{{2}}[12]?{S}{COUNTY}{S}\d{{3,6}}|\d{{2}}[12]?-{COUNTY}-\d{{1,6}}",  # Ireland
)
SHAPES = tuple(re.compile(rf"(?:{shape})(?![^\W_])", re.IGNORECASE) for shape in FORMATS)
NAMED_SHAPES = (
    *SHAPES,
    re.compile(rf"(?=[A-Z0-9 .·-]{{0,9}}\d)(?=[\d .·-]{{0,9}}[A-Z])[A-Z0-9]{{1,4}}(?:{SEP}[A-Z0-9]{{1,4}}){{1,3}}(?![^\W_])|(?=[A-Z]{{0,6}}\d)(?=\d{{0,6}}[A-Z])[A-Z0-9]{{4,9}}(?![^\W_])|{CANTON}{S}\d{{1,6}}(?![^\W_])", re.IGNORECASE),
)  # fmt: skip
MARK = re.compile(r"\[(?:vin [A-Z0-9]{3} year-letter [A-Z0-9]|[a-z-]{4,7})\]")
START = re.compile(r"(?<![^\W_])(?=[^\W_])")
PIECE = re.compile(r"\d+|[^\W\d_]+")
TOKEN = re.compile(r"[^\W_]+")
FILLERS = (
    "plate", "plates", "number", "numéro", "número", "no", "num", "n", "est", "is", "es", "was", "était", "era", "de", "du", "del", "d", "of", "la", "le",
    "el", "the", "my", "ma", "mon", "mi", "sa", "son", "su", "its", "it", "s", "c", "que", "qui", "car", "voiture", "coche", "vehicle", "véhicule",
    "vehículo", "auto", "as", "sous", "con", "bajo", "under", "read", "reads", "says", "ends",
)  # fmt: skip
CALLED = re.compile(
    r"\b(?:plaques?|immatricul\w*|immat|plates?|(?:vehicle )?registration|registered|reg|vrm|matr[ií]culas?|matriculad[oa]|matricule|placa|patente|kennzeichen|kenteken|targa)\b"
    rf"(?:[\s:=#,.'’()\"«»*°º-]|\b(?:{'|'.join(FILLERS)})\b){{0,12}}$",
    re.IGNORECASE,
)
CALLED_AFTER = re.compile(
    r"[\s,)]{0,3}(?:is|est|es|was|était|era|,|\()[\s,]{0,2}(?:(?:my|the|ma|la|mi|notre|our|de|una|une|a|as)\s+){0,2}(?:number\s+|licen[cs]e\s+|registration\s+)?(?:plaque|plate|registration|immatriculation|matr[ií]cula)\b",
    re.IGNORECASE,
)
AFTER_A_PART = re.compile(
    r"\b(?:bosch|valeo|delphi|denso|mann|mahle|ngk|luk|ina|skf|trw|ate|kyb|sachs|gates|brembo|febi|hella|pi[eè]ce|part(?: n(?:umber|o|r))|pieza)\b[\s.:#°n]{0,4}$",
    re.IGNORECASE,
)
UNIT_NEXT = re.compile(r"\s{0,2}(?:([€$£%°])|([^\W\d_]+))")
LOOK_BACK, LOOK_ON = 80, 60
LONGEST = 12  # characters of a plate with its blanks
SHOUTED = 0.6  # of a text's letters are capitals: then capitals say nothing
FEW = 4  # letters: fewer do not shout
ROUND = 50
HYPHEN = re.compile(r"[-–—‐‑·.]")
TWO_THREE_TWO = re.compile(rf"{FR}{{2}}[-–—‐‑·.]?\d{{3}}[-–—‐‑·.]?{FR}{{2}}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and how its author writes."""

    text: str
    shouts: bool

    @classmethod
    def of(cls, text: str) -> "Reading":
        letters = [letter for letter in text if letter.isalpha()]
        return cls(text, sum(map(str.isupper, letters)) > SHOUTED * len(letters) > FEW)


def without_plates(text: str, instead: str) -> str:
    reading, out, done = Reading.of(text), [], 0
    for begin, end in _found(reading):
        out += [text[done:begin], instead]
        done = end
    return "".join([*out, text[done:]])


def _found(reading: Reading) -> Iterator[tuple[int, int]]:
    marks = {match.start() + 1: match.end() for match in MARK.finditer(reading.text)}
    done = 0
    for place in START.finditer(reading.text):
        begin = place.start()
        done = max(done, marks.get(begin, 0))
        if begin < done:
            continue
        if end := _plate_at(reading, begin):
            yield begin, end
            done = end


def _plate_at(reading: Reading, begin: int) -> int | None:
    """Where the plate that begins here ends; of several readings the longest."""
    text = reading.text
    if not any(map(str.isdecimal, text[begin : begin + LONGEST])):
        return None
    if begin >= 2 and text[begin - 1] in ".," and text[begin - 2].isdecimal():  # noqa: PLR2004 - 1.6 HDi 92
        return None
    called = _called(reading, begin)
    ends = [
        match.end()
        for shape in SHAPES
        if (match := shape.match(text, begin))
        and (called or _called_after(text, match.end()) or not _explained(reading, match))
        and not _goes_on(text, match.end())
    ]
    if not ends and called:
        match = NAMED_SHAPES[-1].match(text, begin)
        if match and not _says_little(match.group()):
            ends.append(match.end())
    return max(ends, default=None)


def _called(reading: Reading, begin: int) -> bool:
    """The words before call it a plate; and it is not one of those words."""
    first = TOKEN.match(reading.text, begin)
    if first and first.group().lower() in FILLERS and _written_as_word(reading, first.group()):
        return False
    return CALLED.search(reading.text[max(0, begin - LOOK_BACK) : begin]) is not None


def _called_after(text: str, end: int) -> bool:
    return CALLED_AFTER.match(text[end : end + LOOK_ON]) is not None


def _goes_on(text: str, end: int) -> bool:
    """`1234 AB 75,5` and `C-HR 1.8` are numbers that go on."""
    return text[end - 1].isdecimal() and re.match(r"[.,]\d", text[end : end + 2]) is not None


def _says_little(named: str) -> bool:
    """A year, a measure or a code is not the plate that was promised: `immatriculée en 2015`."""
    tokens = TOKEN.findall(named)
    return all(token.isdecimal() or names_a_car(token) or is_word(token) for token in tokens)


def _explained(reading: Reading, match: re.Match[str]) -> bool:
    """Whether makes, models, engines, units, codes and words account for all of its letters."""
    said, before = match.group(), reading.text[max(0, match.start() - LOOK_BACK) : match.start()]
    spaced = re.search(BLANK, said) is not None and HYPHEN.search(said) is None
    pieces, tokens = PIECE.findall(said), TOKEN.findall(said)
    letters = [piece for piece in pieces if piece[0].isalpha()]
    digits = [piece for piece in pieces if piece[0].isdecimal()]
    if spaced and said[-1].isdecimal() and _unit_follows(reading.text, match.end()):
        return True
    if not _could_be_said(said, tokens, letters, digits):
        return False
    if _is_name(said, letters, digits) or AFTER_A_PART.search(before):
        return True
    if spaced and {piece.isupper() for piece in letters} == {True, False} and not reading.shouts:
        return True  # HU 7008 z
    known = [_accounts_for(reading, token, digits, spaced=spaced) for token in tokens]
    if spaced and known[0] and tokens[0].isalpha() and len(tokens[1]) == 1:
        known[1] = True  # un C 220
    return all(known) or (spaced and _is_after_an_article(reading, tokens))


def _could_be_said(said: str, tokens: list[str], letters: list[str], digits: list[str]) -> bool:
    """Nobody writes a car as `AB123CD`, `75-RX-54`, `ZH 123456` or `12 D 1234`."""
    hyphens = len(HYPHEN.findall(said))
    both_sides = (hyphens > 1 or len(tokens) == 1) and len(digits) > 1
    if (both_sides and not CODED.fullmatch(said.lower())) or _is_long(tokens[-1]):
        return False
    if len(letters) > 1 and letters[0] == said[:2] and TWO_THREE_TWO.fullmatch(said):
        return False
    if hyphens > 1 and not _is_name(said, letters, digits):
        return False
    return not tokens[0].isdecimal() or len(tokens[-1]) < YEAR_DIGITS or _is_sensible(tokens[-1])


def _is_long(digits: str) -> bool:
    """Five digits and more, and no round thousands: neither a year nor a distance."""
    return digits.isdecimal() and len(digits) > YEAR_DIGITS and not digits.endswith("000")


def _is_sensible(digits: str) -> bool:
    """A year, or a number as round as people count."""
    return not digits.isdecimal() or is_year(digits) or int(digits) % ROUND == 0


def _accounts_for(reading: Reading, token: str, digits: list[str], *, spaced: bool) -> bool:
    if token.isdecimal() or names_a_car(token, digits) or CODED.fullmatch(token.lower()):
        return True
    if not token.isalpha():
        parts = [part for part in PIECE.findall(token) if part.isalpha()]
        return all(len(part) > 1 and names_a_car(part, digits) for part in parts)
    told = spaced or all(map(is_year, digits))  # mid-2022
    return told and is_word(token) and _written_as_word(reading, token)


def _is_name(said: str, letters: list[str], digits: list[str]) -> bool:
    """C-HR 2018, e-up 2019, TDI140, golf2015, code1234: names written in pieces or together with a number."""
    joined = "".join(letters).lower()
    known = words()
    if said[0].isdecimal() and len(letters) > 1:
        return False
    if joined in known.labels:
        return True
    sensible = all(len(one) < 4 or is_year(one) for one in digits)  # noqa: PLR2004 - a year has four
    in_pieces = len(letters) > 1
    if in_pieces and joined in known.makes:
        return False
    return sensible and (
        joined in known.names or (not in_pieces and joined in known.engines | known.terms)
    )


def _is_after_an_article(reading: Reading, tokens: list[str]) -> bool:
    """`la 307 XY`, `le ct 2022`: a word, then a model's number or a year."""
    if not (is_word(tokens[0]) and _written_as_word(reading, tokens[0])):
        return False
    return any(token in words().numbers or is_year(token) for token in tokens[1:])


def _written_as_word(reading: Reading, token: str) -> bool:
    """Capitals in a text of small letters are no word."""
    return reading.shouts or not token.isupper() or len(token) == 1


def _unit_follows(text: str, end: int) -> bool:
    match = UNIT_NEXT.match(text, end)
    if match is None:
        return False
    return match.group(1) is not None or match.group(2).lower() in words().units
