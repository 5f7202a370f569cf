"""Engine and seats on a registration certificate: by their codes, else by the rows in which they stand."""

import re

from services.documents.domain.eu_codes import Grid, code_of
from services.documents.domain.labels import Sheet
from services.documents.domain.text import squeeze
from services.documents.domain.values import Candidate, Fields

_FUELS = frozenset(
    [
        "ES",
        "GO",
        "EL",
        "EH",
        "EE",
        "EG",
        "EN",
        "EP",
        "EM",
        "EQ",
        "ER",
        "ET",
        "FE",
        "FG",
        "FH",
        "FL",
        "FN",
        "GA",
        "GE",
        "GF",
        "GG",
        "GH",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GZ",
        "H2",
        "HE",
        "HH",
        "NE",
        "NH",
        "AC",
    ]
)


_NUMERIC_CODES = {
    "P2": ("power_kw", 10, 1200),
    "P6": ("fiscal_power", 1, 99),
    "S1": ("seats", 1, 99),
    "V7": ("co2", 0, 700),
}


def technical_fields(sheet: Sheet, grid: Grid) -> Fields:
    fields: Fields = {}
    for code, (name, low, high) in _NUMERIC_CODES.items():
        if code in grid:
            words, line = grid[code]
            text = squeeze(words[0].text).translate(str.maketrans("OISB", "0158"))
            if text.isdigit() and low <= int(text) <= high:
                sure = 0.94 * (0.6 + 0.4 * words[0].confidence)
                fields[name] = Candidate(text, sure, words[:1], line.page).field(
                    name, str(int(text))
                )
    if "P3" in grid:
        words, line = grid["P3"]
        text = squeeze(words[0].text)
        if text in _FUELS:
            fields["fuel"] = Candidate(text, 0.95, words[:1], line.page).field("fuel", text)
    if "co2" not in fields:
        fields.update(_before_euro_class(sheet))
    return _from_row(sheet, fields)


def _before_euro_class(sheet: Sheet) -> Fields:
    """V.7 stands between U.2 and the class of V.9 (`2007*715EURO6`)."""
    for line in sheet.lines:
        at = next(
            (i for i, w in enumerate(line.words) if re.search(r"EUR[O0]\s?\d", w.text.upper())), 0
        )
        figures = [w for w in line.words[:at] if w.text.isdigit()]
        if len(figures) > 1 and int(figures[-1].text) < 500 < int(figures[-2].text):  # noqa: PLR2004 -- g/km after turns a minute
            one = Candidate(
                str(int(figures[-1].text)), 0.85 * figures[-1].confidence, (figures[-1],), line.page
            )
            return {"co2": one.field("co2", one.value)}
    return {}


def _from_row(sheet: Sheet, fields: Fields) -> Fields:
    """The row of P.1 P.2 P.3 P.6 known by its fuel code, where the small codes were misread."""
    wanted = {"power_kw", "fuel", "fiscal_power"} - fields.keys()
    if not wanted:
        return fields
    for line in sheet.lines:
        values = [w for w in line.words if not code_of(w.text)]
        for at, word in enumerate(values):
            fuel = squeeze(word.text)
            if fuel not in _FUELS or not 0 < at <= 5 or len(values) > 8:  # noqa: PLR2004 -- cc, kW, fuel, fiscal power and misread codes
                continue
            before = [w for w in values[:at] if w.text.isdigit() and 10 <= int(w.text) <= 9999]  # noqa: PLR2004 -- cc and kW
            after = [w for w in values[at + 1 :] if w.text.isdigit() and 1 <= int(w.text) <= 99]  # noqa: PLR2004
            if not before or int(before[-1].text) > (1200 if len(before) > 1 else 400):
                continue
            found = {"fuel": word, "power_kw": before[-1]} | (
                {"fiscal_power": after[-1]} if after else {}
            )
            for name in wanted & found.keys():
                one = Candidate(
                    squeeze(found[name].text),
                    0.85 * found[name].confidence,
                    (found[name],),
                    line.page,
                )
                fields[name] = one.field(name, one.value)
            return fields
    return fields
