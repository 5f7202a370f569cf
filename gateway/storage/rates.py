"""How much each asker has used, in memory and bounded; a store behind a protocol could be shared."""

from collections import OrderedDict
from typing import Protocol

from gateway.domain.rates import Rate, Verdict, judge


class RateStore(Protocol):
    def take(self, rate: Rate, asker: str, now: float) -> Verdict: ...


class MemoryRates:
    """One number per asker and rate; of 100,000 askers the one longest unseen is forgotten."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._full_at: OrderedDict[tuple[bytes, str], float] = OrderedDict()

    def take(self, rate: Rate, asker: str, now: float) -> Verdict:
        key = (rate.label, asker)
        verdict, after = judge(rate, self._full_at.get(key, 0.0), now)
        self._full_at[key] = after
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return verdict

    def __len__(self) -> int:
        return len(self._full_at)
