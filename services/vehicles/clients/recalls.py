"""What authorities publish about recalls, read into one form. Off as long as a feed has no address.

Each feed is a file or a list that is fetched whole; what is not understood in a row is left out, and a feed that is not understood at
all is a failed one: what was known of it stays, and is shown with its age.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import httpx2

from services.vehicles.domain.care.recalls import Campaign, FeedSource, VinRange
from services.vehicles.errors.care import FeedTrouble
from services.vehicles.settings import Settings
from shared.db.outside import outside
from shared.http.client import http_client
from shared.storable import one_line

MOST_BYTES: Final = 40_000_000
MOST_CAMPAIGNS: Final = 20_000
LONGEST: Final = 2_000
SECONDS: Final = 60.0
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{2})[./](\d{2})[./](\d{4})")


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
        found = list(READERS[source](text))
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise FeedTrouble(reason="not_understood") from error
    if not found:
        raise FeedTrouble(reason="empty")
    known = {each.number: each for each in found[:MOST_CAMPAIGNS]}
    return list(known.values())


def _rappelconso(text: str) -> Iterator[Campaign]:
    """Records of data.economie.gouv.fr, data set rappelconso-v2-gtin-espaces."""
    said = json.loads(text)
    for row in said["results"] if isinstance(said, dict) else said:
        number, make = _line(row.get("numero_fiche")), _line(row.get("marque_produit"))
        if not number or not make:
            continue
        yield Campaign(
            source=FeedSource.RAPPELCONSO,
            number=number,
            makes=(make,),
            models=_models(row.get("modeles_ou_references")),
            title=_line(row.get("motif_rappel")) or _line(row.get("libelle")) or number,
            risk=_line(row.get("risques_encourus")),
            remedy=_line(row.get("conduites_a_tenir_par_le_consommateur")),
            url=_address(row.get("lien_vers_la_fiche_rappel")),
            published_on=_day(row.get("date_publication")),
            built_from=_day(row.get("date_debut_commercialisation")),
            built_to=_day(row.get("date_date_fin_commercialisation")),
        )


def _kba(text: str) -> Iterator[Campaign]:
    """The table of the recall data base of the Kraftfahrt-Bundesamt."""
    for row in _table(text, needed={"KBA-Referenznummer", "Hersteller"}):
        number, make = _line(row.get("KBA-Referenznummer")), _line(row.get("Hersteller"))
        if not number or not make:
            continue
        yield Campaign(
            source=FeedSource.KBA,
            number=number,
            makes=(make,),
            models=_models(row.get("Verkaufsbezeichnung")),
            title=_line(row.get("Mangelbeschreibung")) or number,
            remedy=_line(row.get("Mangelbeseitigung")),
            published_on=_day(row.get("Veröffentlichungsdatum")),
            built_from=_year(row.get("Baujahr von"), first=True),
            built_to=_year(row.get("Baujahr bis"), first=False),
        )


def _dvsa(text: str) -> Iterator[Campaign]:
    """RecallsFile.csv of the Driver and Vehicle Standards Agency: a row for each range of VINs."""
    rows: dict[str, list[Mapping[str, str]]] = {}
    for row in _table(text, needed={"Recalls Number", "Make"}):
        number = _line(row.get("Recalls Number"))
        if number and _line(row.get("Make")):
            rows.setdefault(number, []).append(row)
    for number, those in rows.items():
        first = those[0]
        ends = [(_line(row.get("VIN Start")), _line(row.get("VIN End"))) for row in those]
        built = [_day(row.get("Build Start")) for row in those]
        until = [_day(row.get("Build End")) for row in those]
        yield Campaign(
            source=FeedSource.DVSA,
            number=number,
            makes=tuple({str(_line(row.get("Make"))) for row in those}),
            models=tuple(sorted({m for row in those for m in _models(row.get("Model"))})),
            title=_line(first.get("Concern")) or number,
            risk=_line(first.get("Defect")),
            remedy=_line(first.get("Remedy")),
            published_on=_day(first.get("Launch Date")),
            built_from=min((day for day in built if day), default=None),
            built_to=max((day for day in until if day), default=None),
            vins=tuple(VinRange(a.upper(), b.upper()) for a, b in ends if a and b)
            if all(a and b for a, b in ends)
            else (),
        )


def _nhtsa(text: str) -> Iterator[Campaign]:
    """Answers of api.nhtsa.gov: a row for each campaign and model year."""
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in json.loads(text)["results"]:
        number = _line(row.get("NHTSACampaignNumber"))
        if number and _line(row.get("Make")):
            rows.setdefault(number, []).append(row)
    for number, those in rows.items():
        first = those[0]
        years = [year for row in those if (year := _year(row.get("ModelYear"), first=True))]
        yield Campaign(
            source=FeedSource.NHTSA,
            number=number,
            makes=tuple(sorted({str(_line(row["Make"])) for row in those})),
            models=tuple(sorted({m for row in those for m in _models(row.get("Model"))})),
            title=_line(first.get("Component")) or number,
            risk=_line(first.get("Consequence")),
            remedy=_line(first.get("Remedy")),
            published_on=_day(first.get("ReportReceivedDate")),
            built_from=min(years, default=None),
            built_to=max(years).replace(month=12, day=31) if years else None,
        )


READERS: Final[Mapping[FeedSource, Callable[[str], Iterable[Campaign]]]] = {
    FeedSource.RAPPELCONSO: _rappelconso,
    FeedSource.KBA: _kba,
    FeedSource.DVSA: _dvsa,
    FeedSource.NHTSA: _nhtsa,
}


def _table(text: str, *, needed: set[str]) -> Iterator[Mapping[str, str]]:
    """Raises ValueError where a column is missing."""
    head = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    if not needed <= set(rows.fieldnames or ()):
        raise ValueError("a column is missing")
    return iter(rows)


def _line(said: Any) -> str | None:
    found = one_line(str(said)).strip()[:LONGEST] if said is not None else ""
    return found or None


def _models(said: Any) -> tuple[str, ...]:
    """Written one after the other, with whatever between them."""
    text = str(said or "").replace("|", ",").replace(";", ",").replace("/", ",").replace("¤", ",")
    parts = (one_line(part).strip()[:100] for part in text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _address(said: Any) -> str | None:
    text = _line(said)
    return text if text and text.startswith("https://") else None


def _day(said: Any) -> date | None:
    """`2026-03-02`, `02/03/2026`, `02.03.2026`."""
    found = _DAY.match(str(said or "").strip())
    if found is None:
        return None
    one, two, three = (int(part) for part in found.groups() if part)
    try:
        return date(one, two, three) if found.group(1) else date(three, two, one)
    except ValueError:
        return None


def _year(said: Any, *, first: bool) -> date | None:
    text = str(said or "").strip()[:4]
    if not text.isdigit() or not 1900 <= int(text) <= 2199:  # noqa: PLR2004 - the age of cars
        return None
    return date(int(text), 1, 1) if first else date(int(text), 12, 31)
