"""What reviews of garages come to, and which of them a visit stands behind (domain.md §8)."""

from datetime import datetime, timedelta
from typing import Any, Final

WEIGHT: Final = 5
"""So many reviews of the mean of all are added to a garage's own, so that a few do not outrank many."""
LEAST_RANKED: Final = 3
"""Reviews a garage needs to be ranked."""
REVIEWED_WITHIN: Final = timedelta(days=60)
"""Of the visit (CARFAX asks for 30)."""
VISITED_WITHIN: Final = timedelta(days=365)
"""A visit longer ago stands behind nothing that is said today."""


def weighted(*, total: Any, count: Any, mean_of_all: Any) -> Any:
    """(5 m + Σ) / (5 + n), of numbers or of columns."""
    return (WEIGHT * mean_of_all + total) / (WEIGHT + count)


def visit_behind(
    *, written_at: datetime, last_visit: datetime | None, stood_behind: datetime | None
) -> datetime | None:
    """The visit that verifies what is written now: the last one, at most 60 days ago; else, of a review that is edited, the one that
    stood behind it before, at most a year ago. `last_visit`: when this person's last booking there was completed.
    """
    if last_visit is not None and timedelta() <= written_at - last_visit <= REVIEWED_WITHIN:
        return last_visit
    if stood_behind is not None and written_at - stood_behind <= VISITED_WITHIN:
        return stood_behind
    return None
