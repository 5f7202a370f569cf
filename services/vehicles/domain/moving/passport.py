"""A car's passport: its history as a chain of hashes, signed by the installation that kept it.

Each entry's hash covers the one before it, the first that of the head, and the seal signs the last: whoever changes, removes, adds or
reorders anything afterwards breaks the chain from there on, and whoever makes a new chain has no key to sign it. Papers are in it by
the SHA-256 of their bytes. What it proves: that this installation told this history on that day; not that what it was told is true.

Canonical form: JSON with sorted keys, no blanks, UTF-8, whole numbers only; what RFC 8785 makes of such a document. Signature: Ed25519
over the canonical seal (`shared/security/seals.py`).
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from services.vehicles.domain.moving.book import Book, Paper
from shared.security.seals import ID_LETTERS, KEY_BYTES, Seal, is_sealed, key_id

FORMAT: Final = "autotrack/passport"
VERSION: Final = 1
PURPOSE: Final = "autotrack/passport/1"
LARGEST: Final = 16 * 1024 * 1024
"""Of the document without its papers, in bytes."""
MOST_ENTRIES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Issuer:
    """The installation: where it is, and with what it signs."""

    address: str
    seal: Seal

    @classmethod
    def at(cls, address: str, secret: str) -> "Issuer":
        return cls(address.rstrip("/"), Seal.of(secret, PURPOSE))

    @property
    def public(self) -> bytes:
        return self.seal.public


def canonical(value: Any) -> bytes:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8", "surrogatepass")


def _hash(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: Any) -> bytes:
    """Raises ValueError."""
    if not isinstance(text, str) or len(text) > 2 * ID_LETTERS * KEY_BYTES:
        raise ValueError("no base64")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        raise ValueError("no base64") from fault


def issued(
    book: Book,
    papers: Mapping[str, Sequence[Paper]],
    *,
    by: Issuer,
    at: datetime,
    with_costs: bool,
) -> dict[str, Any]:
    """The passport. `papers`: those of each entry, by its id; one without a hash is named and is not in the bundle."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "issuer": by.address,
        "issued_at": at.isoformat(timespec="seconds"),
        "with_costs": with_costs,
        "car": dict(book.car),
    }
    last, entries = _hash(head), []
    for entry in book.entries:
        plain = entry.plain() | {
            "papers": [paper.plain() for paper in papers.get(str(entry.id), ())]
        }
        last = _hash({"before": last, "entry": plain})
        entries.append(plain | {"hash": last})
    seal = {"head": _hash(head), "count": len(entries), "last": last}
    return {
        "head": head,
        "entries": entries,
        "seal": seal
        | {
            "algorithm": "Ed25519",
            "public_key": text_of(by.public),
            "key_id": key_id(by.public),
            "signature": text_of(by.seal.on(canonical(seal))),
        },
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """`problems`: words, each with where it is after a colon; none for a passport nobody has touched."""

    problems: tuple[str, ...]
    key_id: str | None = None
    issuer: str | None = None
    issued_at: str | None = None
    car: str | None = None
    entries: int = 0
    papers: int = 0
    """With a hash."""
    last: str | None = None

    @property
    def is_whole(self) -> bool:
        return not self.problems


MOST_PROBLEMS: Final = 20


@dataclass(slots=True)
class _Found:
    problems: list[str] = field(default_factory=list)

    def note(self, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


NOT_A_PASSPORT: Final = "not_a_passport"


def verdict_on(
    passport: Any, *, key: bytes | None = None, contents: Mapping[str, str] | None = None
) -> Verdict:
    """Whether it is as it was issued. `key`: the public key it must be signed with, where the reader knows one. `contents`: the
    SHA-256 of each paper that came along, by its hash in its name; None where only the document is looked at.
    """
    if not _looks_like_one(passport):
        return Verdict((NOT_A_PASSPORT,))
    head, entries, seal = passport["head"], passport["entries"], passport["seal"]
    found = _Found()
    if head.get("version") != VERSION:
        found.note("version_unknown")
    try:
        last = _chain(head, entries, found)
        _sealed(head, entries, seal, last, key, found)
        known = _papers_of(entries)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Verdict((NOT_A_PASSPORT,))
    if contents is not None:
        _papers(known, contents, found)
    car = head.get("car")
    return Verdict(
        tuple(found.problems),
        key_id=_text(seal.get("key_id")),
        issuer=_text(head.get("issuer")),
        issued_at=_text(head.get("issued_at")),
        car=_text(car.get("name")) if isinstance(car, dict) else None,
        entries=len(entries),
        papers=len(known),
        last=last,
    )


def _text(value: Any) -> str | None:
    return value[:200] if isinstance(value, str) else None


def _looks_like_one(passport: Any) -> bool:
    return (
        isinstance(passport, dict)
        and isinstance(passport.get("head"), dict)
        and passport["head"].get("format") == FORMAT
        and isinstance(passport.get("entries"), list)
        and len(passport["entries"]) <= MOST_ENTRIES
        and all(isinstance(each, dict) for each in passport["entries"])
        and isinstance(passport.get("seal"), dict)
    )


def _chain(head: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], found: _Found) -> str:
    """The last hash as it should be; the first entry at which the chain breaks is named."""
    last, is_broken = _hash(head), False
    for number, entry in enumerate(entries, start=1):
        plain = {name: value for name, value in entry.items() if name != "hash"}
        last = _hash({"before": last, "entry": plain})
        if entry.get("hash") != last and not is_broken:
            found.note(f"chain_broken:{number}")
            is_broken = True
    return last


def _sealed(  # noqa: PLR0917 - what was said and what was found
    head: Mapping[str, Any],
    entries: Sequence[Any],
    seal: Mapping[str, Any],
    last: str,
    key: bytes | None,
    found: _Found,
) -> None:
    public = bytes_of(seal.get("public_key"))
    if seal.get("key_id") != key_id(public):
        found.note("key_id_wrong")
    if key is not None and key != public:
        found.note("key_unknown")
    if seal.get("head") != _hash(head):
        found.note("head_changed")
    if seal.get("count") != len(entries):
        found.note("count_wrong")
    if seal.get("last") != last:
        found.note("last_wrong")
    signed = {name: seal.get(name) for name in ("head", "count", "last")}
    if not is_sealed(canonical(signed), bytes_of(seal.get("signature")), public):
        found.note("signature_wrong")


def _papers_of(entries: Sequence[Mapping[str, Any]]) -> set[str]:
    """The hashes of all papers that are said to be in the bundle."""
    return {
        str(paper["sha256"])
        for entry in entries
        for paper in entry.get("papers", ())
        if paper.get("sha256")
    }


def _papers(known: set[str], contents: Mapping[str, str], found: _Found) -> None:
    for name in sorted(known - contents.keys()):
        found.note(f"paper_missing:{name[:ID_LETTERS]}")
    for name, digest in sorted(contents.items()):
        if name not in known:
            found.note(f"paper_unknown:{name[:ID_LETTERS]}")
        elif name != digest:
            found.note(f"paper_changed:{name[:ID_LETTERS]}")
