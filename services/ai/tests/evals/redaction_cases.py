# ruff: noqa: E501 - lists of examples are read as lines
"""What the redaction is judged by, made from parts: plates of ten countries, other secrets, and what people say of cars. The parts
named `kept` were written with the others and not looked at while the redaction was built.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

SIV = "ABCDEFGHJKLMNPQRSTVWXYZ"
SPAIN = "BCDFGHJKLMNPRSTVWXYZ"
DUTCH = "BDFGHJKLNPRSTXZ"
ANY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# x: a letter of the country's, 9: a digit, #: 1 to 9, -: where a separator may stand
FORMATS: dict[str, tuple[tuple[str, str], ...]] = {
    "FR": ((SIV, "xx-999-xx"), (SIV, "999-xxx-99"), (SIV, "9999-xx-99"), (SIV, "#9-xx-99")),
    "ES": ((SPAIN, "9999-xxx"), (SPAIN, "M-9999-xx"), (SPAIN, "MA-9999-xx"), (SPAIN, "B-9999-xx")),
    "DE": (
        (ANY, "B-xx-#99"),
        (ANY, "HH-xx-#999"),
        (ANY, "M-xx-#999"),
        (ANY, "KA-x-#999"),
        (ANY, "STA-xx-#99"),
    ),
    "IT": ((SIV, "xx-999-xx"), (SIV, "MI-999999"), (SIV, "RM-9x9999")),
    "GB": ((SIV, "xx#9-xxx"), (SIV, "x#99-xxx"), (SIV, "xxx-#99x"), (SIV, "xIZ-#999")),
    "BE": ((ANY, "1-xxx-999"), (ANY, "2-xxx-999"), (ANY, "xxx-999")),
    "NL": (
        (DUTCH, "xx-999-x"),
        (DUTCH, "x-999-xx"),
        (DUTCH, "99-xxx-9"),
        (DUTCH, "9-xxx-99"),
        (DUTCH, "99-xx-xx"),
        (DUTCH, "xx-xx-99"),
        (DUTCH, "xx-99-xx"),
    ),
    "PT": ((ANY, "xx-99-xx"), (ANY, "99-xx-99"), (ANY, "xx-99-99"), (ANY, "99-99-xx")),
    "CH": ((ANY, "ZH-#99999"), (ANY, "GE-#99999"), (ANY, "VD-#9999"), (ANY, "BE-#99999")),
    "IE": ((ANY, "12-D-99999"), (ANY, "191-D-#9999"), (ANY, "08-CE-#999"), (ANY, "221-KY-#999")),
}  # fmt: skip
ONLY_APART = {"xx-99-99", "99-99-xx", "xxx-999", "MI-999999", "RM-9x9999", "B-xx-#99", "HH-xx-#999", "M-xx-#999", "KA-x-#999", "STA-xx-#99"}  # fmt: skip
ONLY_HYPHEN = {"xxx-999"}
BARE = (
    "Bonjour, {} est en panne", "Hola, el {} no arranca", "Hi, {} will not start", "{}", "la voiture ({}) broute", "car {}, 2015",
)  # fmt: skip
NAMED = (
    "ma plaque est {}", "immatriculée {}", "plaque : {}, elle cale", "my registration is {}", "number plate {} please", "reg {}",
    "mi matrícula es {}", "matrícula: {}", "coche con matrícula {} que pierde aceite", "l'immatriculation de ma voiture est {}",
)  # fmt: skip
KEPT_BARE = (
    "Depuis hier {} fait un bruit", "Desde ayer {} hace ruido", "Since Monday {} makes a noise", "voiture {} : vidange ?", "[{}]", "{}?",
)  # fmt: skip
KEPT_NAMED = (
    "le véhicule immatriculé {} chauffe", "plaque n° {}", "the car registered {} overheats", "licence plate: {}", "la matrícula {} es mía",
    "el coche matriculado {} se cala", "{} is my plate", "{} est ma plaque",
)  # fmt: skip
CARS = {
    "built": ("Peugeot 308 HDI", "Renault Clio DCI", "Audi A4 TDI", "BMW 320d", "Citroën C4 HDI", "Toyota C-HR", "Mercedes C220 CDI", "Opel Astra CDTI", "Ford Focus TDCI", "VW Golf GTI"),
    "kept": ("Peugeot 207 THP", "Renault Megane TCE", "Audi Q7 TDI", "BMW 118d", "Citroën C3 THP", "Toyota RAV4", "Mercedes A200 CDI", "Opel Corsa CDTI", "Ford Kuga TDCI", "Skoda Octavia TSI", "Seat Leon FR", "Kia Ceed CRDI", "Volvo XC70 D5", "Fiat Tipo MJT", "Dacia Lodgy DCI"),
}  # fmt: skip
SAID = {
    "built": (
        "{car} {year}", "{year} {car}", "{car} {power} ch", "ma {car} de {year} a {km} km", "my {car} shakes at {rpm} rpm",
        "mi {car} de {year} consume {l} l a los 100", "{car} {power} cv {year} P0420", "pneus 205/55 R16 sur {car} {year}",
        "{price} € pour {car} {power}", "{rpm} tr/min, {bar} bar, 5W30",
    ),
    "kept": (
        "le {car} {power} de {year} siffle", "I bought a {year} {car} with {km} miles", "tengo {car} {power} CV del {year}",
        "{car} {year} {km} km", "{car} {power} hp and {rpm} rpm", "P0301 on {car} {year}", "vidange 10W40 {car} {power} ch {year}",
        "{bar} bars à {rpm} tr sur {car}", "a {rpm} rpm el {car} vibra", "entre {year} et 2022 {price} EUR de frais", "{car} R17 225/45 {power}",
    ),
}  # fmt: skip
SECRETS = {
    "built": (
        "06 12 34 56 78", "+33 6 12 34 56 78", "0034 612 345 678", "612 345 678", "07700 900123", "+44 7700 900123", "079 123 45 67",
        "jean.dupont@example.com", "ana_ruiz+itv@correo.example.es", "FR76 3000 6000 0112 3456 7890 189", "ES9121000418450200051332",
        "VF3LCYHZPHS123456", "WBA3A5C50CF256551", "VF1 BM0B0H 12345678", "4242 4242 4242 4242",
    ),
    "kept": (
        "0611223344", "01.23.45.67.89", "+34-699-112-233", "0171 1234567", "+49 171 1234567", "0470 12 34 56", "333 123 4567",
        "o'neil.x@ex-ample.co.uk", "müller@exämple.de", "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "NL91 ABNA 0417 1643 00",
        "WVWZZZ1KZAW123456", "TMBJJ7NE8E0123456", "ZFA31200000123456", "5555555555554444",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """`secret` must not stand in what is left; None: nothing may be taken."""

    family: str
    text: str
    secret: str | None


def _plate(chance: random.Random, letters: str, shape: str, between: str) -> str:
    signs = {"9": "0123456789", "#": "123456789", "x": letters}
    return "".join(
        chance.choice(signs[sign]) if sign in signs else between if sign == "-" else sign
        for sign in shape
    )


def plates(part: str, seed: int, each: int) -> Iterator[Case]:
    """`each` plates of every format, separator and case; named as one in half of the sentences."""
    chance = random.Random(f"{part}{seed}")
    bare, named = (BARE, NAMED) if part == "built" else (KEPT_BARE, KEPT_NAMED)
    for country, formats in FORMATS.items():
        for letters, shape in formats:
            for between in ("-", " ", ""):
                if (not between and shape in ONLY_APART) or (
                    between != "-" and shape in ONLY_HYPHEN
                ):
                    continue
                for lower in (False, True):
                    for said, sentences in (("bare", bare), ("named", named)):
                        for _ in range(each):
                            plate = _plate(chance, letters, shape, between)
                            plate = plate.lower() if lower else plate
                            text = chance.choice(sentences).format(plate)
                            kind = f"{country} {said} {'lower' if lower else 'upper'} {between or 'compact'!r}"
                            yield Case(kind, text, plate)


def cars(part: str, seed: int, each: int) -> Iterator[Case]:
    chance = random.Random(f"{part}{seed}")
    for sentence in SAID[part]:
        for _ in range(each):
            text = sentence.format(
                car=chance.choice(CARS[part]),
                year=chance.randrange(1990, 2026),
                power=chance.randrange(60, 400),
                km=f"{chance.randrange(5, 300)} 000",
                rpm=chance.randrange(6, 65) * 100,
                bar=chance.choice(("2,2", "2.5", "3", "1600")),
                l=chance.randrange(4, 15),
                price=chance.randrange(20, 3000),
            )
            yield Case(sentence, text, None)


def secrets(part: str) -> Iterator[Case]:
    for sentence in (
        "Bonjour, {} merci",
        "call {} please",
        "mi dato: {}",
        "({})",
        "308 1.6 HDi 92, {}",
        "{}",
    ):
        for secret in SECRETS[part]:
            yield Case("secret", sentence.format(secret), secret)
