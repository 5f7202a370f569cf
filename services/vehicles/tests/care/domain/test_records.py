from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.records import Flaw, When, flaw_of, is_work_done
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.money import Money

TODAY = date(2026, 11, 30)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def flaw(
    status: RecordStatus = RecordStatus.COMPLETED,
    on: date = TODAY,
    *,
    before: When | None = None,
    kind: RecordKind = RecordKind.SERVICE,
    minor: int | None = None,
) -> Flaw | None:
    cost = None if minor is None else Money(minor, "EUR")
    return flaw_of(When(status, on), before=before, today=TODAY, kind=kind, cost=cost)


class TestFlawOf:
    @pytest.mark.parametrize(
        ("status", "on", "found"),
        [
            (RecordStatus.SCHEDULED, YESTERDAY, Flaw.SCHEDULED_IN_PAST),
            (RecordStatus.SCHEDULED, TODAY, None),
            (RecordStatus.SCHEDULED, TOMORROW, None),
            (RecordStatus.IN_PROGRESS, YESTERDAY, None),
            (RecordStatus.IN_PROGRESS, TOMORROW, None),
            (RecordStatus.COMPLETED, YESTERDAY, None),
            (RecordStatus.COMPLETED, TODAY, None),
            (RecordStatus.COMPLETED, TOMORROW, Flaw.COMPLETED_IN_FUTURE),
            (RecordStatus.CANCELLED, YESTERDAY, None),
            (RecordStatus.CANCELLED, TOMORROW, None),
        ],
    )
    def test_the_day_of_a_status(self, status: RecordStatus, on: date, found: Flaw | None) -> None:
        assert flaw(status, on) is found

    def test_an_appointment_that_has_passed_is_still_one(self) -> None:
        planned = When(RecordStatus.SCHEDULED, YESTERDAY)
        assert flaw(planned.status, planned.on, before=planned) is None
        moved = YESTERDAY - timedelta(days=1)
        assert flaw(planned.status, moved, before=planned) is Flaw.SCHEDULED_IN_PAST
        assert flaw(RecordStatus.COMPLETED, TOMORROW, before=planned) is Flaw.COMPLETED_IN_FUTURE

    @pytest.mark.parametrize(
        ("kind", "minor", "found"),
        [
            (RecordKind.SERVICE, -1000, Flaw.NEGATIVE_COST),
            (RecordKind.SERVICE, 0, None),
            (RecordKind.SERVICE, None, None),
            (RecordKind.REFUND, -25_800, None),
            (RecordKind.REFUND, 0, None),
            (RecordKind.REFUND, 25_800, Flaw.REFUND_NOT_NEGATIVE),
        ],
    )
    def test_the_sign_of_a_kind(
        self, kind: RecordKind, minor: int | None, found: Flaw | None
    ) -> None:
        assert flaw(kind=kind, minor=minor) is found


@given(st.sampled_from(RecordStatus), st.sampled_from(RecordKind))
def test_only_completed_work_is_done(status: RecordStatus, kind: RecordKind) -> None:
    done = is_work_done(status, kind)
    assert done is (status is RecordStatus.COMPLETED and kind is RecordKind.SERVICE)
