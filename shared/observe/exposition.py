"""What Prometheus reads, made without keeping anybody waiting: in small pieces, and once for all who ask within a second."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import Metric

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter began doubles the series, and Prometheus does not read it

MEDIA_TYPE = "text/plain; version=0.0.4"
FRESH_SECONDS = 1.0
PIECE = 100
"""Samples between two turns of the event loop: about a millisecond."""

Measure = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    return


class Exposition:
    """`measure` brings up to date what is only read when somebody looks."""

    def __init__(self, registry: CollectorRegistry, measure: Measure = _nothing) -> None:
        self._registry = registry
        self._measure = measure
        self._one = asyncio.Lock()
        self._text = b""
        self._at = float("-inf")
        self.made = 0
        """How often the text was made, however many asked."""

    async def text(self) -> bytes:
        async with self._one:
            if time.monotonic() - self._at > FRESH_SECONDS:
                await self._measure()
                self._text = await self._make()
                self._at = time.monotonic()
            return self._text

    async def _make(self) -> bytes:
        self.made += 1
        parts: list[bytes] = []
        for family in self._registry.collect():
            for number, piece in enumerate(_pieces(family)):
                text = generate_latest(_One(piece))
                parts.append(text if number == 0 else text.split(b"\n", 2)[2])  # HELP, TYPE
                await asyncio.sleep(0)
        return b"".join(parts)


class _One(CollectorRegistry):
    """A registry of one piece."""

    def __init__(self, piece: Metric) -> None:
        super().__init__()
        self._piece = piece

    def collect(self) -> Iterator[Metric]:
        yield self._piece


def _pieces(family: Metric) -> Iterator[Metric]:
    samples = family.samples
    for start in range(0, len(samples) or 1, PIECE):
        piece = Metric(family.name, family.documentation, family.type, family.unit)
        piece.samples = samples[start : start + PIECE]
        yield piece
