"""Compares what a reader finds in a written file with what is true."""

from collections import Counter
from collections.abc import Iterator

from services.vehicles.domain.moving.found import (
    Bad,
    FoundExpense,
    FoundFill,
    FoundRecord,
    Item,
    Settled,
)
from services.vehicles.domain.moving.intake import take_in
from services.vehicles.domain.moving.readers import recognise
from services.vehicles.tests.moving.domain.truth import Variant


def faults(variant: Variant, data: bytes) -> Iterator[str]:
    parts = take_in("file", data)
    readers = recognise(parts)
    if [reader.name for reader in readers] != [variant.reader]:
        yield f"recognised as {[reader.name for reader in readers]}"
        return
    reader = readers[0]
    asked = {question.name for question in reader.settle(parts, {}).questions}
    if not variant.asks <= asked:
        yield f"did not ask {variant.asks - asked}"
    settled: Settled = reader.settle(parts, variant.answers)
    if settled.questions:
        yield f"still asks {[question.name for question in settled.questions]}"
        return
    yield from _wrong(variant, list(reader.read(parts, settled)))


def _wrong(variant: Variant, items: list[Item]) -> Iterator[str]:
    bad = [item for item in items if isinstance(item, Bad)]
    if bad:
        yield f"{len(bad)} bad: {bad[0]}"
    fills = [item for item in items if isinstance(item, FoundFill)]
    if variant.fills:
        found: Counter[tuple[object, ...]] = Counter(
            (
                each.day,
                each.odometer,
                each.quantity,
                each.total,
                each.is_full,
                each.missed_before and variant.misses,
            )
            for each in fills
        )
        true = Counter(each.fact(with_misses=variant.misses) for each in variant.truth.fills)
        if found != true:
            yield f"fills: {list((found - true).items())[:2]} for {list((true - found).items())[:2]}"
        units = {str(each.unit) for each in fills}
        if units != {variant.unit}:
            yield f"units {units}"
    if variant.costs:
        work = [item for item in items if isinstance(item, FoundRecord | FoundExpense)]
        said = Counter((each.day, each.odometer, each.total) for each in work)
        wanted = Counter(
            (each.day, each.odometer or None, each.total) for each in variant.truth.costs
        )
        if said != wanted:
            yield f"costs: {said} for {wanted}"
    if variant.text:
        notes = Counter(each.note or "" for each in fills)
        wanted_notes = Counter(each.note.strip() for each in variant.truth.fills)
        if notes != wanted_notes:
            yield f"notes: {notes - wanted_notes} for {wanted_notes - notes}"
