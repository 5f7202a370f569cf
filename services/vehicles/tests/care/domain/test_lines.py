from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.lines import Warranty, WarrantyEnd, warranty_end

LEAP_DAY = date(2024, 2, 29)


class TestWarrantyEnd:
    @pytest.mark.parametrize(
        ("warranty", "since", "metres", "end"),
        [
            (Warranty(months=24), date(2026, 5, 4), None, WarrantyEnd(date(2028, 5, 4), None)),
            (Warranty(months=12), LEAP_DAY, None, WarrantyEnd(date(2025, 2, 28), None)),
            (Warranty(months=48), LEAP_DAY, None, WarrantyEnd(date(2028, 2, 29), None)),
            (Warranty(months=1), date(2026, 1, 31), None, WarrantyEnd(date(2026, 2, 28), None)),
            (Warranty(km=40_000), LEAP_DAY, 60_000_000, WarrantyEnd(None, 100_000_000)),
            (Warranty(mi=12_000), LEAP_DAY, 0, WarrantyEnd(None, 19_312_128)),
            (
                Warranty(months=24, km=40_000),
                LEAP_DAY,
                60_000_000,
                WarrantyEnd(date(2026, 2, 28), 100_000_000),
            ),
            (Warranty(km=40_000), LEAP_DAY, None, WarrantyEnd(None, None)),
        ],
    )
    def test_from_the_day_and_the_mileage_of_the_work(
        self, warranty: Warranty, since: date, metres: int | None, end: WarrantyEnd
    ) -> None:
        assert warranty_end(warranty, since=since, metres=metres) == end

    @given(st.dates(date(1886, 1, 1), date(2199, 12, 31)), st.integers(1, 600))
    def test_any_day_has_an_end(self, since: date, months: int) -> None:
        end = warranty_end(Warranty(months=months), since=since, metres=None)
        assert end.on is not None
        assert end.on > since
