from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.domain.kinds import Kind
from services.notifications.domain.retry import next_try

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def tries(kind: Kind, life: timedelta) -> list[float]:
    """Seconds after which a mail that always fails is tried."""
    now, waits, attempts = NOW, [], 1
    while (wait := next_try(kind, attempts=attempts, now=now, expires_at=NOW + life)) is not None:
        now, attempts = now + wait, attempts + 1
        waits.append((now - NOW).total_seconds())
    return waits


def test_a_code_is_tried_often_and_never_after_its_end() -> None:
    moments = tries(Kind.CODE, timedelta(minutes=10))
    assert moments[:4] == [2, 5, 10, 20]
    assert 20 <= len(moments) <= 30
    assert moments[-1] < 600


def test_the_rest_has_patience_for_three_days() -> None:
    moments = tries(Kind.REMINDER_DUE, timedelta(days=3))
    assert moments[:4] == [5, 20, 80, 380]
    assert len(moments) < 90
    assert moments[-1] > timedelta(days=2, hours=22).total_seconds()


@pytest.mark.parametrize("kind", Kind)
def test_nothing_dead_is_tried(kind: Kind) -> None:
    assert next_try(kind, attempts=1, now=NOW, expires_at=NOW) is None
    assert next_try(kind, attempts=0, now=NOW, expires_at=NOW + timedelta(days=1)) is not None
