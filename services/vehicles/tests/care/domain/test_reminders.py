from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.reminders import (
    ORDER,
    ReminderKind,
    ReminderState,
    Standing,
    default_choice,
    escalates_to,
    is_escalated,
    kind_of_service,
    looked_at,
    moved_back,
    next_look,
    patience,
    state_of,
    to_tell,
    urgency_of,
)
from services.vehicles.domain.cars.roles import Role

DUE = date(2026, 12, 1)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MAYBE = st.none() | DAYS


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    due_on = draw(MAYBE)
    lead = timedelta(days=draw(st.integers(0, 90)))
    return Standing(
        remind_on=due_on - lead if due_on else draw(MAYBE),
        due_on=due_on,
        passed_on=draw(MAYBE),
        snoozed_until=draw(MAYBE),
        kind=draw(st.sampled_from(ReminderKind)),
    )


class TestState:
    @pytest.mark.parametrize(
        ("today", "state"),
        [
            ("2026-10-31", "planned"),
            ("2026-11-01", "soon"),
            ("2026-11-30", "soon"),
            ("2026-12-01", "due"),
            ("2026-12-02", "overdue"),
        ],
    )
    def test_due_12_01_with_a_lead_of_30_days(self, today: str, state: str) -> None:
        standing = Standing(remind_on=DUE - timedelta(days=30), due_on=DUE)
        assert state_of(standing, date.fromisoformat(today)) == state

    def test_a_distance_that_is_passed_is_overdue_whatever_the_day(self) -> None:
        standing = Standing(remind_on=None, due_on=DUE, passed_on=date(2026, 3, 1))
        assert state_of(standing, date(2026, 3, 1)) is ReminderState.OVERDUE

    def test_a_forecast_makes_nothing_overdue(self) -> None:
        standing = Standing(remind_on=date(2026, 1, 1), due_on=None)
        assert state_of(standing, date(2027, 1, 1)) is ReminderState.SOON

    @pytest.mark.parametrize(
        ("today", "state"), [("2026-12-09", "snoozed"), ("2026-12-10", "overdue")]
    )
    def test_a_snooze_ends_on_its_day(self, today: str, state: str) -> None:
        standing = Standing(remind_on=None, due_on=DUE, snoozed_until=date(2026, 12, 10))
        assert state_of(standing, date.fromisoformat(today)) == state

    @given(standings(), DAYS)
    def test_urgency_never_goes_back_by_itself(self, standing: Standing, day: date) -> None:
        before, after = (urgency_of(standing, each) for each in (day, day + timedelta(days=1)))
        assert ORDER.index(before) <= ORDER.index(after)


class TestLooking:
    """What is looked at day by day and what is looked at when it should be tell the same."""

    @given(standings(), DAYS)
    def test_looking_only_when_it_should_misses_no_state(
        self, standing: Standing, begins: date
    ) -> None:
        ends = begins + timedelta(days=400)
        each_day = set()
        day = begins
        while day <= ends:
            each_day.add(to_tell(standing, day))
            day += timedelta(days=1)
        seen: set[ReminderState | None] = set()
        looked, looks = ReminderState.PLANNED, 0
        look = next_look(standing, looked, begins)
        while look is not None and look <= ends:
            seen.add(to_tell(standing, look))
            looked = looked_at(standing, looked, look)
            look = next_look(standing, looked, look)
            looks += 1
        assert each_day - {None} == seen - {None}
        assert looks <= len(ORDER) + 1

    def test_patience_runs_from_when_people_know_and_ends_once(self) -> None:
        since = date(2026, 12, 2)
        standing = Standing(remind_on=None, due_on=DUE, overdue_since=since)
        look = next_look(standing, ReminderState.OVERDUE, since)
        assert look == date(2026, 12, 9)
        assert not is_escalated(standing, date(2026, 12, 8))
        assert is_escalated(standing, date(2026, 12, 9))
        assert looked_at(standing, ReminderState.OVERDUE, look) is ReminderState.ESCALATED
        assert next_look(standing, ReminderState.ESCALATED, look) is None

    def test_what_moved_back_is_looked_at_anew(self) -> None:
        standing = Standing(remind_on=date(2027, 1, 1), due_on=date(2027, 2, 1))
        today = date(2026, 12, 5)
        looked, since = moved_back(standing, ReminderState.OVERDUE, today)
        assert (looked, since) == (ReminderState.PLANNED, None)
        assert next_look(standing, looked, today) == date(2027, 1, 1)


class TestWho:
    @pytest.mark.parametrize(
        ("told", "members", "next_role"),
        [
            ({Role.EDITOR}, {Role.OWNER, Role.MANAGER, Role.EDITOR}, Role.MANAGER),
            (set(), {Role.OWNER, Role.MANAGER}, Role.MANAGER),
            ({Role.EDITOR}, {Role.OWNER, Role.EDITOR}, Role.OWNER),
            ({Role.MANAGER}, {Role.OWNER, Role.MANAGER}, Role.OWNER),
            ({Role.OWNER, Role.MANAGER}, {Role.OWNER, Role.MANAGER}, Role.OWNER),
            ({Role.OWNER}, {Role.OWNER}, Role.OWNER),
        ],
    )
    def test_managers_then_the_owner(
        self, told: set[Role], members: set[Role], next_role: Role
    ) -> None:
        assert escalates_to(told, members) is next_role

    def test_the_owner_and_managers_hear_by_default(self) -> None:
        assert [role for role in Role if default_choice(role).kinds] == [Role.OWNER, Role.MANAGER]


@pytest.mark.parametrize(
    ("service", "kind", "days"),
    [
        ("technical_inspection", ReminderKind.INSPECTION, 2),
        ("brake_fluid", ReminderKind.SAFETY, 2),
        ("tyres_wear", ReminderKind.SAFETY, 2),
        ("oil_change", ReminderKind.MAINTENANCE, 7),
        ("engine_oil", ReminderKind.MAINTENANCE, 7),
        ("my_own_word", ReminderKind.MAINTENANCE, 7),
    ],
)
def test_what_is_pressed_sooner(service: str, kind: ReminderKind, days: int) -> None:
    assert kind_of_service(service) is kind
    assert patience(kind).days == days


def test_insurance_is_pressed_as_an_inspection_is() -> None:
    assert patience(ReminderKind.INSURANCE).days == 2
