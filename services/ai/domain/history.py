# ruff: noqa: E501 - word lists and sentences are read as lines
"""What a record's free text says was done: services recognised in three languages; what is planned, refused, quoted or only
looked at does not count as done.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from services.ai.domain import knowledge
from services.ai.domain.wording import fold

BREAKS = re.compile(
    r"[,;.\n+&/|]|(?<!\w)[-–—](?!\w)|\b(?:et|and|y|plus|avec|with|con)\b|:", re.IGNORECASE
)
INTENT = re.compile(
    r"\b(?:a prevoir|prevoir|prevu\w*|prochain\w*|a faire|a changer|a remplacer|devis|refus\w*|non (?:fait\w*|effectue\w*|realise\w*|remplace\w*)|"
    r"pas (?:fait\w*|effectue\w*|realise\w*|change\w*|remplace\w*)|reporte\w*|annul\w*|conseill\w*|recommand\w*|a surveiller|"
    r"not (?:done|replaced|changed|performed)|advis\w*|recommend\w*|due|next|quote\w*|declined|postponed|cancel\w*|to do|to be|needed|needs|soon|"
    r"pendiente\w*|presupuesto\w*|proxim\w*|no (?:realizad\w*|hecho|cambiad\w*|sustituid\w*)|rechazad\w*|cancelad\w*|recomend\w*|por hacer|aplazad\w*)\b"
)
LOOKED_AT = re.compile(
    r"\b(?:control\w*|verif\w*|inspect\w*|inspecc\w*|inspeccion\w*|check\w*|revisad\w*|revisar|comprob\w*|mesur\w*|niveau\w*|level\w*|nivel\w*|appoint|top up|topped|rellen\w*|ok|bon etat|good)\b"
)
REPLACED = re.compile(
    r"\b(?:rempl\w*|chang\w*|neuf\w*|neuve\w*|pose\w*|montage|kit|replac\w*|renew\w*|new|fitted|sustit\w*|cambi\w*|nuev\w*|purge\w*|vidange\w*)\b"
)
FAILED = re.compile(
    r"\b(?:defavorable\w*|refuse\w*|contre visite (?:a|requise|demandee)|fail\w*|desfavorable\w*|negativ\w*|critique\w*)\b"
)
PRE = str.maketrans("’", "'")
INSPECTION = "technical_inspection"
FLUIDS = frozenset(
    {
        "brake_fluid",
        "coolant",
        "atf",
        "manual_gearbox_oil",
        "awd_oil",
        "ev_reducer",
        "power_steering",
    }
)
LONGEST = 1500
SHORTEST_PLURAL = 3  # "ct" and "cts" differ, "pneus" and "pneu" do not
OIL_WORDS = frozenset({"vidange", "purge", "cambio", "change", "aceite", "oil"})


@dataclass(frozen=True, slots=True)
class Record:
    on: date | None
    mileage_km: int | None
    text: str
    status: str = "COMPLETED"
    services: tuple[str, ...] = ()
    """Ids the vehicles service already knows, when it does."""


@dataclass(frozen=True, slots=True)
class Said:
    done: frozenset[str] = field(default_factory=frozenset)
    failed_inspection: bool = False


@lru_cache
def _vocabulary() -> tuple[tuple[tuple[tuple[str, ...], ...], str], ...]:
    """(AND-parts, each a tuple of words) -> service; the longest first, so that "vidange dsg" is never read as "vidange"."""
    found: set[tuple[tuple[tuple[str, ...], ...], str]] = set()
    rows: Iterable[tuple[str, Sequence[str]]] = [
        *((row["id"], row["aliases"]) for row in knowledge.schedule()["items"]),
        *knowledge.service_words()["services"].items(),
    ]
    for service, aliases in rows:
        for alias in aliases:
            parts = tuple(tuple(_folded(part).split()) for part in alias.lstrip("=").split("+"))
            found.add((parts, service))
    return tuple(sorted(found, key=lambda one: (-sum(map(len, one[0])), -len(str(one[0])))))


@lru_cache
def _bundles() -> tuple[tuple[tuple[str, ...], str], ...]:
    rows = [
        (row["name"], alias)
        for row in knowledge.schedule()["bundles"]
        for alias in row["aliases"]
        if row["name"] != "ev_standard"
    ]
    rows += [
        (name, alias)
        for name, several in knowledge.service_words()["bundles"].items()
        for alias in several
    ]
    return tuple(
        sorted(
            {(tuple(_folded(a).split()), n) for n, a in rows},
            key=lambda one: (-len(one[0]), one[1]),
        )
    )


def _folded(text: str) -> str:
    return fold(text.replace("_", " ").replace("-", " ")).replace(".", " ").strip()


@lru_cache(maxsize=20_000)
def read_record(text: str, *, electric: bool = False, automatic: bool | None = None) -> Said:
    """The services a COMPLETED record's text proves."""
    done: set[str] = set()
    failed = False
    for clause in BREAKS.split(_protected(text[:LONGEST])):
        folded = _folded(clause)
        if not folded:
            continue
        services, rest = _services(folded.split())
        if FAILED.search(folded) and INSPECTION in services:
            failed = True
            services.discard(INSPECTION)
        if INTENT.search(folded):
            continue
        if LOOKED_AT.search(rest) and not REPLACED.search(folded):
            services = _only_looked_at(services)
        elif not services:
            services = _bundle(folded.split(), electric=electric)
        done |= services
    return Said(_for_gearbox(done, automatic=automatic), failed and INSPECTION not in done)


def _protected(text: str) -> str:
    """Keep what looks like a separator but belongs to one service."""
    plain = text.translate(PRE)
    plain = re.sub(r"\ba/c\b", "aircon", plain, flags=re.IGNORECASE)
    plain = re.sub(
        r"\b(huile|oil|aceite)\s+(?:et|and|y|\+|&)\s+(filtres?|filters?|filtros?)\b(?!\s+(?:à|a|de|habitacle|air))",
        r"\1 filtre",
        plain,
        flags=re.IGNORECASE,
    )
    return re.sub(r"(?<=\w)-(?=\w)", " ", plain)


def _services(words: list[str]) -> tuple[set[str], str]:
    """Longest names first; words already read are not read twice."""
    left: list[str | None] = list(words)
    found: set[str] = set()
    at: dict[int, str] = {}
    said = {word.rstrip("s") for word in words} | set(words)
    for parts, service in _vocabulary():
        if any(
            word not in said and word.rstrip("s") not in said for part in parts for word in part
        ):
            continue
        places = [_place(left, part) for part in parts]
        if any(place is None for place in places):
            continue
        for place, part in zip(places, parts, strict=True):
            if place is None:
                continue
            for i in range(place, place + len(part)):
                left[i] = None
                at[i] = service
        found.add(service)
    found -= _swallowed(words, at)
    return found, " ".join(word for word in left if word)


def _swallowed(words: Sequence[str], at: dict[int, str]) -> set[str]:
    """One fluid is not engine oil as well: «vidange liquide de frein»."""
    oil = [i for i, service in at.items() if service == "oil_change"]
    if not oil or any(words[i] not in OIL_WORDS for i in oil):
        return set()
    after = at.get(max(oil) + 1)
    before = at.get(min(oil) - 1)
    return {"oil_change"} if after in FLUIDS or before in FLUIDS else set()


def _place(left: Sequence[str | None], part: Sequence[str]) -> int | None:
    for start in range(len(left) - len(part) + 1):
        if all(_same(left[start + i], word) for i, word in enumerate(part)):
            return start
    return None


def _same(word: str | None, wanted: str) -> bool:
    return word is not None and (
        word == wanted or (len(wanted) > SHORTEST_PLURAL and word.rstrip("s") == wanted.rstrip("s"))
    )


def _only_looked_at(services: set[str]) -> set[str]:
    """An inspection does for what is inspected; it replaces nothing."""
    inspected = {
        row["id"]
        for row in knowledge.schedule()["items"]
        if row["action"] in {"inspect", "service", "refill"}
    }
    seen = {service for service in services if service in inspected}
    if services & {"brake_pads_front_wear", "brake_discs_wear"}:
        seen.add("brakes_inspection")
    return seen


def _bundle(words: list[str], *, electric: bool) -> set[str]:
    for alias, name in _bundles():
        if _place(list(words), alias) is None:
            continue
        bundles = {row["name"]: row["resets"] for row in knowledge.schedule()["bundles"]}
        return set(bundles["ev_standard" if electric else name])
    return set()


def _for_gearbox(done: set[str], *, automatic: bool | None) -> frozenset[str]:
    if automatic and "manual_gearbox_oil" in done:
        done = (done - {"manual_gearbox_oil"}) | {"atf"}
    if automatic is False and "atf" in done:
        done = (done - {"atf"}) | {"manual_gearbox_oil"}
    resolved = {"fuel_filter_if_diesel": "fuel_filter", "spark_plugs_if_petrol": "spark_plugs"}
    return frozenset(resolved.get(one, one) for one in done)


def completed(records: Iterable[Record], today: date) -> Iterator[Record]:
    """Scheduled, cancelled and future-dated records prove nothing."""
    for record in records:
        if record.status.upper() == "COMPLETED" and (record.on is None or record.on <= today):
            yield record


def services_named(text: str) -> set[str]:
    """The services a question is about, done or not."""
    return _services(_folded(text).split())[0]
