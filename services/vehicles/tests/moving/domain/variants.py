"""All that the judge of the readers writes: each format in its layouts and languages, line ends and encodings."""

from collections.abc import Callable, Iterator, Sequence

from services.vehicles.tests.moving.domain.more_writers import (
    clarkson,
    may,
    mygarage,
    mygarage_tree,
    simplyauto,
    spritmonitor,
    tracktor,
)
from services.vehicles.tests.moving.domain.truth import CULTURES, NOTES, Truth, Variant, cell
from services.vehicles.tests.moving.domain.writers import (
    DRIVVO_WORDS,
    acar,
    drivvo,
    fuelio,
    fuelly,
    lubelogger,
    lubelogger_work,
)

MANY_LINES: dict[str, Callable[[str], str]] = {
    "lf": lambda text: text,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr": lambda text: text.replace("\n", "\r"),
}
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "cp1252": lambda text: text.encode("cp1252", "replace"),
}


def wrapped(text: str) -> str:
    """As a spreadsheet in a land of semicolons saves a table of commas that it opened."""
    return "".join(cell(line, ";", every='"' in line) + "\n" for line in text.splitlines())


def variants() -> Iterator[Variant]:  # noqa: PLR0912 - a list, with loops in it
    number = 0
    usual = {
        "currency": "EUR",
        "distance_unit": "km",
        "quantity_unit": "l",
        "record_kind": "repair",
        "time_zone": "Europe/Paris",
    }
    one_line = tuple(note for note in NOTES if "\n" not in note)

    def truth(*, notes: Sequence[str] = NOTES, days: Sequence[int] = tuple(range(1, 29))) -> Truth:
        nonlocal number
        number += 1
        return Truth.of(number, notes=notes, days=days)

    for name, culture in CULTURES.items():
        yield Variant(
            f"lubelogger-fuel-{name}",
            "lubelogger",
            lubelogger(culture),
            truth(),
            usual,
            frozenset({"quantity_unit", "distance_unit"}),
            text=True,
        )
        yield Variant(
            f"lubelogger-fuel-1.7-{name}",
            "lubelogger",
            lubelogger(culture, tail=" 00:00:00", newer=True),
            truth(),
            usual,
        )
        yield Variant(
            f"lubelogger-work-{name}",
            "lubelogger",
            lubelogger_work(culture),
            truth(days=(13, 28)),
            usual,
            frozenset({"record_kind"}),
            fills=False,
            costs=True,
        )
    for name in ("en-US", "fr-FR", "de-DE"):
        order = "mdy" if name == "en-US" else "dmy"
        yield Variant(
            f"lubelogger-ambiguous-{name}",
            "lubelogger",
            lubelogger(CULTURES[name]),
            truth(days=(1, 2, 5, 9, 11)),
            {**usual, "date_order": order},
            frozenset({"date_order"}),
        )
    for year in (2016, 2017, 2018, 2021, 2025):
        yield Variant(
            f"fuelio-{year}", "fuelio", fuelio(year=year), truth(), usual, costs=True, text=True
        )
    yield Variant(
        "fuelio-log-only", "fuelio", fuelio(year=2018, sections=False, every=False), truth(), usual
    )
    yield Variant(
        "fuelio-us",
        "fuelio",
        fuelio(year=2021, unit="Fuel (us gallons)", distance="mi"),
        truth(),
        usual,
        unit="gal_us",
    )
    yield Variant(
        "fuelio-imp",
        "fuelio",
        fuelio(year=2021, unit="Fuel (imp gallons)", distance="mi"),
        truth(),
        usual,
        unit="gal_uk",
    )
    yield Variant(
        "fuelio-unquoted", "fuelio", fuelio(year=2021, every=False), truth(), usual, costs=True
    )
    yield Variant("fuelio-kwh", "fuelio", fuelio(year=2021, unit="kWh"), truth(), usual, unit="kWh")
    yield Variant(
        "fuelio-semicolons", "fuelio", fuelio(year=2021, mark=","), truth(), usual, costs=True
    )
    yield Variant(
        "fuelio-wrapped",
        "fuelio",
        lambda one: wrapped(fuelio(year=2021)(one)),
        truth(notes=one_line),
        usual,
        costs=True,
    )
    for language in DRIVVO_WORDS:
        for width in (21, 22, 29, 30):
            yield Variant(
                f"drivvo-{language}-{width}",
                "drivvo",
                drivvo(language, width, short=width > 22),
                truth(),
                usual,
                costs=True,
                text=True,
            )
    yield Variant("drivvo-slashes", "drivvo", drivvo("pt", 21, slashes=True), truth(), usual)
    yield Variant("drivvo-no-marks", "drivvo", drivvo("en", 21, marks=False), truth(), usual)
    yield Variant(
        "drivvo-wrapped",
        "drivvo",
        lambda one: wrapped(drivvo("en", 21)(one)),
        truth(notes=one_line),
        usual,
    )
    iso, american = CULTURES["plain"].day, (lambda d: f"{d.month}/{d.day}/{d:%y}")
    yield Variant(
        "fuelly-km",
        "fuelly",
        fuelly(distance="km", volume="litres", day=iso),
        truth(),
        usual,
        text=True,
    )
    yield Variant(
        "fuelly-us",
        "fuelly",
        fuelly(distance="miles", volume="gallons", day=iso),
        truth(),
        usual,
        unit="gal_us",
    )
    yield Variant(
        "fuelly-short",
        "fuelly",
        fuelly(distance="miles", volume="gallons", day=american),
        truth(),
        usual,
        unit="gal_us",
    )
    yield Variant(
        "fuelly-short-ambiguous",
        "fuelly",
        fuelly(distance="miles", volume="gallons", day=american, spaces=False),
        truth(days=(3, 4, 11)),
        usual,
        unit="gal_us",
    )
    yield Variant(
        "fuelly-titles",
        "fuelly",
        fuelly(distance="km", volume="litres", day=iso, titles=True, spaces=False),
        truth(),
        usual,
    )
    yield Variant(
        "acar-us",
        "acar",
        acar(CULTURES["en-US"], "M/d/yyyy"),
        truth(),
        usual,
        unit="gal_us",
        costs=True,
        text=True,
    )
    yield Variant(
        "acar-us-ambiguous",
        "acar",
        acar(CULTURES["en-US"], "M/d/yyyy"),
        truth(days=(1, 5, 12)),
        usual,
        unit="gal_us",
    )
    yield Variant(
        "acar-uk",
        "acar",
        acar(CULTURES["en-GB"], "dd/MM/yyyy", gallons="IMPERIAL_GALLON"),
        truth(),
        usual,
        unit="gal_uk",
        costs=True,
    )
    yield Variant(
        "acar-de",
        "acar",
        acar(CULTURES["de-DE"], "dd.MM.yyyy", "de", gallons="LITER", unit="L"),
        truth(),
        usual,
        costs=True,
    )
    yield Variant(
        "acar-fr",
        "acar",
        acar(CULTURES["fr-FR"], "dd/MM/yyyy", "fr", gallons="LITER", unit="L"),
        truth(),
        usual,
        costs=True,
    )
    yield Variant(
        "acar-older",
        "acar",
        acar(CULTURES["plain"], "yyyy-MM-dd", gallons="LITER", unit="L", older=True),
        truth(),
        usual,
        costs=True,
    )
    yield Variant("spritmonitor-de", "spritmonitor", spritmonitor(), truth(), usual, text=True)
    yield Variant(
        "spritmonitor-de-ambiguous", "spritmonitor", spritmonitor(), truth(days=(1, 5, 12)), usual
    )
    yield Variant("spritmonitor-en", "spritmonitor", spritmonitor(english=True), truth(), usual)
    yield Variant(
        "spritmonitor-apostrophes",
        "spritmonitor",
        spritmonitor(apostrophes=True),
        truth(notes=("", "windy")),
        usual,
    )
    for quoted in (True, False):
        for positions in (True, False):
            yield Variant(
                f"simplyauto-{quoted}-{positions}",
                "simplyauto",
                simplyauto(quoted=quoted, positions=positions, american=positions),
                truth(),
                usual,
                costs=True,
            )
    yield Variant("mygarage-5", "mygarage", mygarage(5), truth(), usual, text=True)
    yield Variant(
        "mygarage-5-imperial", "mygarage", mygarage(5, imperial=True), truth(), usual, unit="gal_us"
    )
    yield Variant("mygarage-4", "mygarage", mygarage(4), truth(), usual)
    yield Variant("mygarage-2", "mygarage", mygarage(2), truth(), usual, unit="gal_us")
    yield Variant(
        "mygarage-json-5",
        "mygarage",
        mygarage_tree(second=False),
        truth(),
        usual,
        costs=True,
        text=True,
    )
    yield Variant(
        "mygarage-json-2",
        "mygarage",
        mygarage_tree(second=True),
        truth(),
        usual,
        unit="gal_us",
        costs=True,
    )
    for older in (False, True):
        yield Variant(
            f"tracktor-{older}",
            "tracktor",
            tracktor(older=older),
            truth(),
            usual,
            costs=True,
            text=True,
        )
    for distance in ("km", "mi"):
        yield Variant(
            f"may-{distance}", "may", may(distance=distance), truth(), usual, costs=True, text=True
        )
    for columns in (True, False):
        for single in (True, False):
            quote = '"' if single else "'"
            yield Variant(
                f"clarkson-{columns}-{single}",
                "clarkson",
                clarkson(columns=columns, single=single, quote=quote),
                truth(),
                usual,
                text=True,
            )
