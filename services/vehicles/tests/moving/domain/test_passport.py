"""What a passport proves: each change of it is seen, wherever it is made."""

import copy
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.moving.book import Book, Entry, EntryKind, Paper
from services.vehicles.domain.moving.bundles import MOST_FILES, document_in, packed, verdict_of
from services.vehicles.domain.moving.found import (
    Bad,
    FoundCar,
    FoundFill,
    FoundReading,
    FoundRecord,
    Part,
)
from services.vehicles.domain.moving.intake import take_in
from services.vehicles.domain.moving.passport import Issuer, canonical, issued, text_of, verdict_on
from services.vehicles.domain.moving.passport_reader import PassportReader

BY = Issuer.at("https://autotrack.example/", "a secret of this installation, long enough")
OTHER = Issuer.at("https://autotrack.example", "another installation's secret, as long")
AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[5]
PAPER = Paper(UUID(int=9), "facture.pdf", "application/pdf", None, b"%PDF-1.7 bytes")
CAR = {
    "name": "Peugeot 308",
    "make": "Peugeot",
    "model": "308",
    "year": 2019,
    "plate": "AA-111-AA",
    "vin": None,
    "energies": ["petrol"],
    "distance_unit": "km",
    "meter": "distance",
}
FACTS: dict[EntryKind, dict[str, Any]] = {
    EntryKind.READING: {"meter": "distance", "value": 900_000, "status": "ACCEPTED"},
    EntryKind.FILL: {
        "energy": "petrol",
        "quantity": "40.000",
        "unit": "l",
        "total": {"amount": "72.00", "currency": "EUR"},
        "full": True,
        "odometer_m": 1_000_000,
    },
    EntryKind.MAINTENANCE: {
        "services": ["oil_change"],
        "status": "COMPLETED",
        "kind": "service",
        "cost": {"amount": "189.90", "currency": "EUR"},
        "lines": [{"kind": "part", "description": "Filtre שלום", "total": "14.20"}],
        "garage": "Garage du Parc",
    },
}


def book(count: int = 3) -> Book:
    kinds = list(FACTS)
    entries = [
        Entry(kinds[n % 3], UUID(int=n + 1), date(2026, 1, n + 1), FACTS[kinds[n % 3]])
        for n in range(count)
    ]
    return Book(CAR, entries, {})


def passport(count: int = 3, by: Issuer = BY) -> dict[str, Any]:
    return issued(book(count), {}, by=by, at=AT, with_costs=True)


def bundle(**said: Any) -> bytes:
    digest = hashlib.sha256(PAPER.content or b"").hexdigest()
    paper = Paper(PAPER.document_id, PAPER.file_name, PAPER.media_type, digest, PAPER.content)
    made = issued(book(), {str(UUID(int=1)): [paper]}, by=BY, at=AT, with_costs=True)
    return packed(made, [paper], "read me")


def again(file: bytes, change: dict[str, bytes | None]) -> bytes:
    """The same zip with other files in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name] or b"")
    return out.getvalue()


class TestAsIssued:
    @pytest.mark.parametrize("count", [0, 1, 30])
    def test_is_whole(self, count: int) -> None:
        verdict = verdict_on(passport(count), key=BY.public)
        assert verdict.is_whole
        assert (verdict.entries, verdict.car, verdict.issuer) == (
            count,
            "Peugeot 308",
            "https://autotrack.example",
        )

    def test_after_any_program_has_written_it_anew(self) -> None:
        text = json.dumps(passport(), indent=4, ensure_ascii=True)
        assert verdict_on(json.loads(text)).is_whole

    def test_the_same_history_is_the_same_passport(self) -> None:
        assert canonical(passport()) == canonical(passport())

    def test_is_told_from_one_of_another_key(self) -> None:
        theirs = passport(by=OTHER)
        assert verdict_on(theirs).is_whole
        assert verdict_on(theirs, key=BY.public).problems == ("key_unknown",)


def changed(made: dict[str, Any], where: tuple[Any, ...], value: Any) -> dict[str, Any]:
    found = copy.deepcopy(made)
    place = found
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    return found


class TestChanged:
    @pytest.mark.parametrize(
        ("where", "value"),
        [
            (("head", "car", "name"), "Ferrari"),
            (("head", "issued_at"), "2020-01-01"),
            (("head", "issuer"), "https://evil.example"),
            (("entries", 0, "on"), "2026-01-09"),
            (("entries", 1, "facts", "odometer_m"), 1),
            (("entries", 2, "facts", "cost", "amount"), "1.00"),
            (("entries", 2, "papers"), [{"sha256": "0" * 64}]),
            (("entries", 2, "hash"), "0" * 64),
            (("seal", "last"), "0" * 64),
            (("seal", "count"), 4),
            (("seal", "head"), "0" * 64),
            (("seal", "signature"), "AAAA"),
            (("seal", "signature"), text_of(b"\x00" * 64)),
            (("seal", "public_key"), text_of(OTHER.public)),
            (("seal", "key_id"), "0" * 16),
        ],
    )
    def test_it_is_seen(self, where: tuple[Any, ...], value: Any) -> None:
        assert not verdict_on(changed(passport(), where, value)).is_whole

    def test_the_first_broken_entry_is_named(self) -> None:
        bad = changed(passport(9), ("entries", 4, "on"), "2026-01-09")
        problems = verdict_on(bad).problems
        assert [each for each in problems if each.startswith("chain")] == ["chain_broken:5"]

    @given(st.integers(0, 8), st.integers(0, 8))
    def test_removed_doubled_or_reordered_it_is_seen(self, one: int, two: int) -> None:
        made = passport(9)
        entries = made["entries"]
        others: list[list[Any]] = [entries[:one] + entries[one + 1 :], [*entries, entries[one]]]
        if one != two:
            swapped = list(entries)
            swapped[one], swapped[two] = entries[two], entries[one]
            others.append(swapped)
        for each in others:
            assert not verdict_on({**made, "entries": each}).is_whole

    def test_chained_anew_without_the_key_it_is_seen(self) -> None:
        """Whoever makes a whole new chain has to put another key under it."""
        forged = issued(book(2), {}, by=OTHER, at=AT, with_costs=True)
        forged["seal"]["public_key"] = text_of(BY.public)
        forged["seal"]["key_id"] = passport()["seal"]["key_id"]
        assert verdict_on(forged).problems == ("signature_wrong",)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
            ),
            max_leaves=12,
        ),
        st.sampled_from(["head", "entries", "seal"]),
    )
    def test_whatever_stands_in_it_is_judged(self, value: Any, part: str) -> None:
        assert not verdict_on({**passport(), part: value}).is_whole
        assert not verdict_on(value).is_whole


class TestBundle:
    def test_is_whole_with_its_papers(self) -> None:
        verdict = verdict_of(bundle(), key=BY.public)
        assert (verdict.problems, verdict.papers) == ((), 1)

    def test_a_paper_changed_missing_or_added_is_seen(self) -> None:
        file = bundle()
        with zipfile.ZipFile(io.BytesIO(file)) as zipped:
            [paper] = [name for name in zipped.namelist() if name.startswith("papers/")]
        changes: list[tuple[dict[str, bytes | None], str]] = [
            ({paper: b"other bytes"}, "paper_changed"),
            ({paper: None}, "paper_missing"),
            ({f"papers/{'0' * 64}.pdf": b"more"}, "paper_unknown"),
        ]
        for change, problem in changes:
            problems = verdict_of(again(file, change)).problems
            assert [each.partition(":")[0] for each in problems] == [problem]

    @pytest.mark.parametrize(
        "file",
        [
            b"",
            b"PK",
            b"PK\x03\x04 no zip",
            b"{}",
            b"[" * 100_000,
            b'{"head": 1.5}',
            b'{"a": ' + b"9" * 5000 + b"}",
            b"\xff\xfe\x00",
            again(bundle(), {"passport.json": None}),
            again(bundle(), {"passport.json": b"{"}),
        ],
    )
    def test_what_is_none_is_told_so(self, file: bytes) -> None:
        assert verdict_of(file).problems == ("not_a_passport",)

    def test_a_zip_of_very_many_files_is_none(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as zipped:
            for number in range(MOST_FILES + 1):
                zipped.writestr(str(number), b"")
        assert verdict_of(out.getvalue()).problems == ("not_a_passport",)


class TestOffline:
    def run(self, *words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "deploy.local.verify_passport", *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def test_the_command_says_the_same(self, tmp_path: Path) -> None:
        good, bad = tmp_path / "good.zip", tmp_path / "bad.json"
        good.write_bytes(bundle())
        bad.write_text(json.dumps(changed(passport(), ("entries", 0, "on"), "2026-01-09")))
        code, told = self.run(str(good), text_of(BY.public))
        assert (code, "whole" in told, "Peugeot 308" in told) == (0, True, True)
        code, told = self.run(str(bad))
        assert (code, "WRONG chain_broken:1" in told) == (1, True)
        assert self.run(str(good), text_of(OTHER.public))[0] == 1
        assert self.run(str(tmp_path / "none"))[0] == 2


class TestReader:
    def read(self, made: dict[str, Any]) -> tuple[Any, list[Any]]:
        reader, parts = PassportReader(), [Part("passport.json", json.dumps(made), "utf-8")]
        assert reader.recognises(parts)
        settled = reader.settle(parts, {})
        assert settled.questions == ()
        return settled, list(reader.read(parts, settled))

    def test_reads_what_was_issued(self) -> None:
        settled, [car, reading, fill, record] = self.read(passport())
        assert settled.facts["signature"] == "valid"
        assert isinstance(car, FoundCar)
        assert (car.name, car.plate, car.distance_unit) == ("Peugeot 308", "AA-111-AA", "km")
        assert isinstance(reading, FoundReading)
        assert reading.odometer == Decimal(900)
        assert isinstance(fill, FoundFill)
        assert (fill.quantity, fill.total, fill.currency) == (Decimal(40), Decimal(72), "EUR")
        assert isinstance(record, FoundRecord)
        assert (record.category, record.total, record.garage) == (
            "oil_change",
            Decimal("189.90"),
            "Garage du Parc",
        )
        assert record.lines[0].title == "Filtre שלום"

    def test_of_a_whole_bundle_with_the_list_of_its_receipts(self) -> None:
        reader, parts = PassportReader(), take_in("passport.zip", bundle())
        assert reader.recognises(parts)
        _, reading, fill, record = reader.read(parts, reader.settle(parts, {}))
        digest = hashlib.sha256(PAPER.content or b"").hexdigest()
        assert isinstance(reading, FoundReading)
        assert isinstance(fill, FoundFill)
        assert isinstance(record, FoundRecord)
        assert reading.extra == {"papers": f"facture.pdf (SHA-256 {digest})"}
        assert (fill.extra, record.extra) == ({}, {})

    @pytest.mark.parametrize(
        "papers", [None, 7, "x", {}, [None], ["x"], [{}], [{"name": None}], [{"sha256": "x"}]]
    )
    def test_papers_that_are_none_cost_no_entry(self, papers: Any) -> None:
        _, items = self.read(changed(passport(), ("entries", 0, "papers"), papers))
        assert not any(isinstance(item, Bad) for item in items)

    def test_says_that_somebody_has_changed_it(self) -> None:
        settled, _ = self.read(changed(passport(), ("entries", 0, "on"), "2026-01-09"))
        assert settled.facts["signature"] == "broken"

    def test_a_row_it_cannot_read_costs_no_other(self) -> None:
        bad = changed(passport(), ("entries", 1, "facts"), {"quantity": "many"})
        _, items = self.read(bad)
        assert [type(item) for item in items] == [FoundCar, FoundReading, Bad, FoundRecord]

    @pytest.mark.parametrize("text", ["", "{", "a,b\n1,2", '{"head": 5}', "[" * 9999, "null"])
    def test_knows_what_is_none(self, text: str) -> None:
        assert not PassportReader().recognises([Part("x", text, "utf-8")])


def test_the_document_of_a_bundle_is_found() -> None:
    assert document_in(bundle())["head"]["car"] == CAR
