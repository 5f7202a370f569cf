import itertools

from services.billing.domain.plans import Change, Interval, change_between, highest
from shared.contracts.features import Plan

PAID = (Plan.STANDARD, Plan.PREMIUM)


class TestChangeBetween:
    def test_more_happens_now_and_less_at_the_end(self) -> None:
        month, year = Interval
        standard, premium = PAID
        assert change_between((standard, month), (premium, month)) is Change.NOW
        assert change_between((standard, year), (premium, month)) is Change.NOW
        assert change_between((standard, month), (standard, year)) is Change.NOW
        assert change_between((standard, year), (standard, month)) is Change.AT_PERIOD_END
        assert change_between((premium, month), (standard, year)) is Change.AT_PERIOD_END

    def test_there_and_back_are_never_both_at_once(self) -> None:
        places = list(itertools.product(PAID, Interval))
        for one, other in itertools.permutations(places, 2):
            ways = {change_between(one, other), change_between(other, one)}
            assert ways == {Change.NOW, Change.AT_PERIOD_END}
        assert {change_between(place, place) for place in places} == {Change.NONE}


def test_highest() -> None:
    assert highest([]) is Plan.FREE
    assert highest([Plan.STANDARD, Plan.PREMIUM, Plan.FREE]) is Plan.PREMIUM
