"""What authorities publish about recalls, read into one form. Off as long as a feed has no address.

Each feed is a file or a list that is fetched whole. A column that is missing is told once for each reading, in the log, and its facts are
left out; so is a row that is not understood. A feed without numbers or makes, or that is not understood at all, is a failed one: what was
known of it stays, and is shown with its age.

The columns are those the authorities publish (November 2026): RappelConso V2 (data.economie.gouv.fr, `rappelconso-v2-gtin-trie`; those of
V1 are understood too), the export of the KBA's data base (kba-online.de, `rrdb/buerger/api/rueckruf/export`), the DVSA's RecallsFile.csv
(check-vehicle-recalls.service.gov.uk), answers of NHTSA's `recalls/recallsByVehicle` (api.nhtsa.gov).
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import httpx2
import structlog

from services.vehicles.domain.care.recalls import Campaign, FeedSource, VinRange
from services.vehicles.errors.care import FeedTrouble
from services.vehicles.settings import Settings
from shared.db.outside import outside
from shared.http.client import http_client
from shared.storable import one_line

log = structlog.get_logger()
MOST_BYTES: Final = 40_000_000
MOST_CAMPAIGNS: Final = 20_000
LONGEST: Final = 2_000
LONGEST_NAME: Final = 100
"""Of a make, a model, or the number of a campaign."""
MOST_NAMES: Final = 200
"""Models of one campaign, or rows of VINs."""
VIN_LENGTH: Final = 17
SECONDS: Final = 60.0
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{2})[./](\d{2})[./](\d{4})")
_YEAR = re.compile(r"(?<!\d)(?:19|2[01])\d{2}(?!\d)")
_CARS: Final = "automobile"
"""RappelConso tells of toys and food, too."""
NOTHING: Final = frozenset({"n/a", "n.a.", "-", "null", "none"})
COLUMNS: Final[Mapping[FeedSource, Mapping[str, tuple[str, ...]]]] = {
    FeedSource.RAPPELCONSO: {
        "number": ("numero_fiche", "reference_fiche"),
        "make": ("marque_produit", "nom_de_la_marque_du_produit"),
        "model": ("modeles_ou_references", "noms_des_modeles_ou_references"),
        "title": ("motif_rappel", "motif_du_rappel", "libelle"),
        "risk": ("risques_encourus", "risques_encourus_par_le_consommateur"),
        "remedy": ("conduites_a_tenir_par_le_consommateur",),
        "url": ("lien_vers_la_fiche_rappel",),
        "published": ("date_publication", "date_de_publication"),
        "from": ("date_debut_commercialisation", "date_debut_fin_de_commercialisation"),
        "to": ("date_date_fin_commercialisation",),
        "category": ("categorie_produit", "categorie_de_produit"),
    },
    FeedSource.KBA: {
        "number": ("KBA-Referenznummer",),
        "make": ("Marke", "Hersteller"),
        "model": ("Modell", "Verkaufsbezeichnung"),
        "title": ("Mangelbezeichnung", "Titel der Maßnahme", "Mangelbeschreibung"),
        "risk": ("Mangelbeschreibung",),
        "remedy": ("Beschreibung der Maßnahme", "Mangelbeseitigung"),
        "url": ("Rückrufseite des Herstellers",),
        "published": ("Veröffentlichungsdatum",),
        "from": ("Produktionszeitraum von", "Baujahr von"),
        "to": ("Produktionszeitraum bis", "Baujahr bis"),
    },
    FeedSource.DVSA: {
        "number": ("Recalls Number",),
        "make": ("Make",),
        "model": ("Model", "Recalls Model Information"),
        "title": ("Concern",),
        "risk": ("Defect",),
        "remedy": ("Remedy",),
        "published": ("Launch Date",),
        "from": ("Build Start",),
        "to": ("Build End",),
        "vin from": ("VIN Start",),
        "vin to": ("VIN End",),
    },
    FeedSource.NHTSA: {
        "number": ("NHTSACampaignNumber",),
        "make": ("Make",),
        "model": ("Model",),
        "title": ("Component",),
        "risk": ("Consequence", "Summary"),
        "remedy": ("Remedy",),
        "published": ("ReportReceivedDate",),
        "from": ("ModelYear",),
        "to": ("ModelYear",),
    },
}
"""What we ask for, and under which names it comes; the first that says something counts."""
NEEDED: Final = ("number", "make")
Row = Mapping[str, str | None]
"""By our names."""


class RecallFeeds:
    """The feeds that are switched on."""

    def __init__(
        self,
        settings: Settings,
        client_of: Callable[[str], httpx2.AsyncClient] | None = None,
    ) -> None:
        self._client_of = client_of or (lambda url: http_client(url, timeout=SECONDS))
        self.addresses: Mapping[FeedSource, str] = {
            source: url
            for source, url in (
                (FeedSource.RAPPELCONSO, settings.recalls_fr_url),
                (FeedSource.KBA, settings.recalls_de_url),
                (FeedSource.DVSA, settings.recalls_gb_url),
                (FeedSource.NHTSA, settings.recalls_us_url),
            )
            if url
        }

    @outside
    async def fetch(self, source: FeedSource) -> list[Campaign]:
        """Raises FeedTrouble: it cannot be reached, says no, or is not what it was."""
        url = self.addresses[source]
        try:
            async with self._client_of(url) as client, client.stream("GET", url) as answer:
                answer.raise_for_status()
                body = bytearray()
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise FeedTrouble(reason="too_large")
        except httpx2.HTTPStatusError as error:
            raise FeedTrouble(reason=f"status_{error.response.status_code}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise FeedTrouble(reason="unreachable") from error
        return read_feed(source, bytes(body))


def read_feed(source: FeedSource, body: bytes) -> list[Campaign]:
    """Raises FeedTrouble."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    try:
        rows, skipped = READERS[source](text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FeedTrouble(reason="not_understood") from error
    if not rows:
        raise FeedTrouble(reason="not_understood" if skipped else "empty")
    campaigns = list(_campaigns(source, _in_our_words(source, rows)))
    if skipped:
        log.warning("recalls.rows_left_out", source=source, rows=skipped)
    if not campaigns:
        raise FeedTrouble(reason="empty")
    return campaigns[:MOST_CAMPAIGNS]


def _in_our_words(source: FeedSource, rows: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Raises FeedTrouble without what nothing can be told without."""
    there = {name for row in rows for name in row}
    columns = COLUMNS[source]
    missing = [ours for ours, theirs in columns.items() if there.isdisjoint(theirs)]
    if missing:
        log.warning("recalls.columns_missing", source=source, columns=missing)
    if any(name in missing for name in NEEDED):
        raise FeedTrouble(reason="columns_missing")
    for row in rows:
        said = {
            ours: next(filter(None, (_text(row.get(name)) for name in theirs)), None)
            for ours, theirs in columns.items()
        }
        number, make = _line(said["number"]), _line(said["make"])
        is_named = number and make and len(number) <= LONGEST_NAME
        if is_named and _CARS in (said.get("category") or _CARS).lower():
            yield said


def _campaigns(source: FeedSource, rows: Iterable[Row]) -> Iterator[Campaign]:
    """One of all the rows with its number, in the order they came."""
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        by_number.setdefault(_line(row["number"]) or "", []).append(row)
    for number, those in by_number.items():
        first = those[0]
        built = [_days(row, "from")[0] for row in those]
        until = [_days(row, "to")[1] for row in those]
        yield Campaign(
            source=source,
            number=number,
            makes=_names(those, "make", split=False),
            models=_names(those, "model"),
            title=_line(first["title"]) or number,
            risk=_line(first.get("risk")),
            remedy=_line(first.get("remedy")),
            url=_address(first.get("url")),
            published_on=_day(first.get("published")),
            built_from=min(filter(None, built), default=None) if all(built) else None,
            built_to=max(filter(None, until), default=None) if all(until) else None,
            vins=_vins(those),
        )


def _names(rows: Iterable[Row], column: str, *, split: bool = True) -> tuple[str, ...]:
    found = (
        name
        for row in rows
        for name in (_models(row.get(column)) if split else [_line(row.get(column)) or ""])
    )
    short = (name[:LONGEST_NAME] for name in found if name)
    return tuple(dict.fromkeys(short))[:MOST_NAMES]


def _vins(rows: Sequence[Row]) -> tuple[VinRange, ...]:
    """Only where each row has a whole one: what some do not say excludes no car."""
    ends = [(_line(row.get("vin from")), _line(row.get("vin to"))) for row in rows]
    whole = [(a.upper(), b.upper()) for a, b in ends if a and b]
    is_known = len(whole) == len(ends) and all(
        len(end) == VIN_LENGTH for pair in whole for end in pair
    )
    return tuple(VinRange(*each) for each in whole[:MOST_NAMES]) if is_known else ()


def _json(text: str) -> tuple[list[Mapping[str, Any]], int]:
    """Rows of a list, or of an answer's `results` or `records`; how many were none. Some stores wrap each once or twice more."""
    said = json.loads(text)
    if isinstance(said, dict):
        said = next((said[name] for name in _LISTS if name in said), None)
    if not isinstance(said, list):
        raise TypeError("no list")
    rows = [_unwrapped(each) for each in said]
    known = [row for row in rows if row is not None]
    return known, len(rows) - len(known)


_LISTS: Final = ("results", "Results", "records")


def _unwrapped(row: Any) -> Mapping[str, Any] | None:
    for name in ("record", "fields"):
        if isinstance(row, dict) and isinstance(row.get(name), dict):
            row = row[name]
    return row if isinstance(row, dict) else None


def _table(text: str) -> tuple[list[Mapping[str, Any]], int]:
    """Rows as long as their head; how many were not, among them one that was cut off. Raises ValueError without a head."""
    head = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",")
    names: list[str] | None = None
    rows: list[Mapping[str, Any]] = []
    skipped = 0
    while True:
        try:
            line = next(lines)
        except StopIteration:
            break
        except csv.Error:
            skipped += 1
            continue
        if names is None:
            names = [one_line(name) for name in line]
        elif len(line) == len(names):
            rows.append(dict(zip(names, line, strict=True)))
        else:
            skipped += bool(line)
    if names is None or "<" in names[0]:
        raise ValueError("no table")
    return rows, skipped


READERS: Final[Mapping[FeedSource, Callable[[str], tuple[list[Mapping[str, Any]], int]]]] = {
    FeedSource.RAPPELCONSO: _json,
    FeedSource.KBA: _table,
    FeedSource.DVSA: _table,
    FeedSource.NHTSA: _json,
}


def _text(said: Any) -> str | None:
    """As it came; a list is its parts, one a line."""
    if isinstance(said, list):
        said = "\n".join(str(each) for each in said[:MOST_NAMES] if isinstance(each, str))
    if not isinstance(said, str | int | float) or isinstance(said, bool):
        return None
    text = str(said)[: LONGEST * 4].strip()
    return text if text and text.lower() not in NOTHING else None


def _line(said: str | None) -> str | None:
    return (one_line(said).strip()[:LONGEST] or None) if said else None


def _models(said: str | None) -> tuple[str, ...]:
    """Written one after the other, with whatever between them."""
    parts = re.split(r"[,;|/¤\n\r]", said or "")
    return tuple(filter(None, (one_line(part).strip() for part in parts)))


def _address(said: str | None) -> str | None:
    text = _line(said)
    return text if text and text.startswith("https://") else None


def _days(row: Row, column: str) -> tuple[date | None, date | None]:
    """The first and the last day it speaks of: a day, a year, or `Du 20/01/2022 au 28/02/2022`."""
    said = row.get(column) or (row.get("from") if column == "to" else None) or ""
    found = [day for day in map(_as_day, _DAY.finditer(said)) if day]
    if found:
        is_end = row.get(column) is None and len(found) == 1  # it says only when it began
        return min(found), None if is_end else max(found)
    years = [int(year) for year in _YEAR.findall(said)] if row.get(column) else []
    return (date(min(years), 1, 1), date(max(years), 12, 31)) if years else (None, None)


def _day(said: str | None) -> date | None:
    """`2026-03-02`, `02/03/2026`, `02.03.2026`."""
    found = _DAY.match(said or "")
    return _as_day(found) if found else None


def _as_day(found: re.Match[str]) -> date | None:
    one, two, three = (int(part) for part in found.groups() if part)
    try:
        return date(one, two, three) if found.group(1) else date(three, two, one)
    except ValueError:
        return None
