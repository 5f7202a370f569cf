import tracemalloc

from gateway.domain.rates import Rate, RateClass
from gateway.storage.rates import MemoryRates

RATE = Rate(RateClass.IP, quota=5, window_seconds=60)


class TestMemoryRates:
    def test_askers_are_counted_apart(self) -> None:
        rates = MemoryRates()
        for _ in range(5):
            assert rates.take(RATE, "a", 0.0).allowed
        assert not rates.take(RATE, "a", 0.0).allowed
        assert rates.take(RATE, "b", 0.0).allowed

    def test_memory_is_bounded_under_a_million_addresses(self) -> None:
        rates = MemoryRates(most=10_000)
        for number in range(20_000):
            rates.take(RATE, str(number), float(number))
        tracemalloc.start()
        for number in range(20_000, 200_000):
            rates.take(RATE, str(number), float(number))
        grown, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(rates) == 10_000
        assert grown < 4 * 1024 * 1024

    def test_whoever_keeps_asking_is_not_forgotten(self) -> None:
        rates = MemoryRates(most=100)
        for _ in range(5):
            rates.take(RATE, "busy", 0.0)
        for number in range(1000):
            rates.take(RATE, str(number), 0.0)
            assert not rates.take(RATE, "busy", 0.0).allowed
