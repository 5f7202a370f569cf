"""Rows that a statement chooses, holds and then changes: chosen once, however PostgreSQL plans the rest.

`WHERE id IN (SELECT id … LIMIT 1 FOR UPDATE SKIP LOCKED)` may be asked anew for each row of the table, and is where the statistics say
that the table is empty: each time the row changed before is passed over, and all are changed by somebody who asked for one. A lane of
jobs took four that way and did one; the others waited for the end of their lease.
"""

from typing import Any

from sqlalchemy import Select, select


def chosen_once(rows: Select[Any]) -> Select[Any]:
    """The same rows, for `.in_()`."""
    chosen = rows.cte("chosen").prefix_with("MATERIALIZED")
    return select(*chosen.c)
