# ruff: noqa: E501 - word lists and sentences are read as lines
"""What leaves the house for a model: no address, number, plate, name that introduces itself, nor a full VIN."""

import re

MODEL_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
IBAN_DIGITS = 10
LONGEST = 20_000
FIRST_CYCLE, SECOND_CYCLE = 1980, 2010
VIN = re.compile(r"\b[A-HJ-NPR-Z0-9]{17}\b", re.IGNORECASE)
LOOSE_VIN = re.compile(
    r"\b(?=(?:[ -]?[A-HJ-NPR-Z0-9]){17}\b)(?:[A-HJ-NPR-Z0-9]{2,9}[ -]){1,5}[A-HJ-NPR-Z0-9]{2,9}\b",
    re.IGNORECASE,
)
EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}\s{0,3}(?:@|\(at\)|\[at\])\s{0,3}[\w-]{1,63}(?:\s{0,3}\.\s{0,3}[\w-]{1,63}){1,6}",
    re.IGNORECASE,
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE)
CARD = re.compile(r"\b(?:\d[ -]?){12,18}\d\b")
PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)\d{1,3}[\s.-]?(?:\(0\)[\s.-]?)?\d(?:[\s.-]?\d){6,12}\b|(?<![\w.])0[1-9](?:[\s.-]?\d{2}){4}\b|(?<![\w.])[6-9]\d{2}[\s.-]?\d{3}[\s.-]?\d{3}\b|(?<![\w.])[6-9]\d{2}[\s.-]\d{2}[\s.-]\d{2}[\s.-]\d{2}\b"
)
SHORT_WORDS = "at|de|en|et|le|la|du|au|un|to|by|an|as|el|ya|me|ne|ma|sa|es|al"
UNITS = "km|ch|cv|hp|nm|mm|cm|kg|kw|ml|eu"
PLATES = (
    re.compile(
        rf"\b(?!(?:{SHORT_WORDS})\b)[A-HJ-NP-TV-Z]{{2}}[ -]?\d{{3}}[ -]?(?!(?:{UNITS})\b)[A-HJ-NP-TV-Z]{{2}}\b", re.IGNORECASE
    ),  # France since 2009, Italy
    re.compile(r"\b\d{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}\b", re.IGNORECASE),  # Spain
    re.compile(r"\b\d{1,4}[ -][A-Z]{2,3}[ -]\d{2}\b", re.IGNORECASE),  # France before 2009
    re.compile(r"\b[1-9][ -][A-Z]{3}[ -]\d{3}\b", re.IGNORECASE),  # Belgium
    re.compile(r"\b[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?\d{1,4}[EH]?\b"),  # Germany
    re.compile(r"\b[A-Z]{2}\d{2}[ -]?[A-Z]{3}\b", re.IGNORECASE),  # United Kingdom
    re.compile(r"\b[A-Z]{2}-\d{2}-[A-Z]{2}\b|\b\d{2}-[A-Z]{2}-\d{2}\b|\b[A-Z]{1,2}[ -]\d{4}[ -][A-Z]{1,2}\b"),  # Portugal, old Spain
)  # fmt: skip
PLATE_NAMED = re.compile(
    r"((?:plaque|immatricul\w*|plate|registration|reg|matr[ií]cula)\b[^\w\n]{0,6}(?:est|is|es|n°|number|no\.?)?[^\w\n]{0,3})(?=[A-Z0-9 -]*\d)[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,4}){1,3}",
    re.IGNORECASE,
)
NAME = re.compile(
    r"(?i:\b(je m'appelle|je suis|mon nom est|my name is|i am|i'm|me llamo|mi nombre es|soy)\s+)((?:[A-ZÀ-Ý][\w'’-]+)(?:\s+(?:de|la|le|van|von|[A-ZÀ-Ý][\w'’-]+)){0,3})"
)
CONTACT = re.compile(r"\b(M\.|Mme|Mlle|Mr\.?|Mrs\.?|Ms\.?|Sr\.?|Sra\.?|D\.|Dr\.?)\s+[A-ZÀ-Ý][\w'’-]+(?:\s+[A-ZÀ-Ý][\w'’-]+)?")  # fmt: skip
ADDRESS = re.compile(
    r"\b\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|all[ée]e|calle|avenida|plaza)\s+[\w'’ -]{2,40}",
    re.IGNORECASE,
)
LINK_SECRET = re.compile(
    r"\b(?:sk|pk|atk|ghp)[-_][A-Za-z0-9_-]{8,}\b|\bBearer\s+\S+", re.IGNORECASE
)


def model_year(letter: str, today_year: int) -> int | None:
    """The tenth character of a VIN; of the two cycles the later one that is not in the future."""
    place = MODEL_YEARS.find(letter.upper())
    if place < 0:
        return None
    later = SECOND_CYCLE + place
    return later if later <= today_year + 1 else FIRST_CYCLE + place


def _shortened(match: re.Match[str]) -> str:
    """WMI and model year say enough about a car, and nothing about its owner."""
    vin = re.sub(r"[ -]", "", match.group()).upper()
    if not any(letter.isdigit() for letter in vin) or not any(letter.isalpha() for letter in vin):
        return "[number]"
    return f"[vin {vin[:3]} year-letter {vin[9]}]"


def redact(text: str) -> str:
    """The same text without what identifies a person or a car; of an endless text, the beginning."""
    out = LINK_SECRET.sub("[secret]", text[:LONGEST])
    out = EMAIL.sub("[e-mail]", out)
    out = VIN.sub(_shortened, out)
    out = LOOSE_VIN.sub(_shortened, out)
    out = IBAN.sub(
        lambda match: (
            "[iban]" if sum(map(str.isdigit, match.group())) >= IBAN_DIGITS else match.group()
        ),
        out,
    )
    out = PHONE.sub("[phone]", out)
    out = CARD.sub("[card]", out)
    out = PLATE_NAMED.sub(r"\1[plate]", out)
    for plate in PLATES:
        out = plate.sub("[plate]", out)
    out = ADDRESS.sub("[address]", out)
    out = NAME.sub(r"\1 [name]", out)
    return CONTACT.sub(r"\1 [name]", out)
