"""The questions a ledger is asked with each change, in a form that an index answers however long it has become."""

from datetime import timedelta
from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    Integer,
    Text,
    Time,
    Uuid,
    bindparam,
    column,
    text,
)

REMEMBERED: Final = timedelta(days=3 * 366)
"""What was driven longer ago says nothing about this year."""
RECENT: Final = timedelta(days=92)
"""Before that, one reading a week tells as much as one a day."""
_TOLD: Final = (
    column("id", Uuid),
    column("read_on", Date),
    column("metres", BigInteger),
    column("source", Text),
    column("record_id", Uuid),
    column("travelled", BigInteger),
    column("is_lower_bound", Boolean),
)
_FOUND = "id, read_on, metres, source, record_id, segment_id"
_TRAVELLED = """
    coalesce(other.id, r.id) AS id, r.read_on, coalesce(other.metres, r.metres) AS metres,
    coalesce(other.source, r.source) AS source, coalesce(other.record_id, r.record_id) AS record_id,
    coalesce(other.metres, r.metres) + coalesce(shown_by.offset_metres, 0) AS travelled,
    coalesce(shown_by.is_lower_bound, false) AS is_lower_bound
"""
DAYS: Final = (
    text(
        f"""
WITH RECURSIVE day AS (
    SELECT car.id AS vehicle_id, last.*,
        coalesce(CAST(:first AS date) - 1, last.read_on - :remembered) AS floor,
        coalesce(CAST(:first AS date) - 1, last.read_on - :recent) AS recent
    FROM unnest(:these) AS car(id)
    CROSS JOIN LATERAL (
        SELECT {_FOUND} FROM odometer_reading r
        WHERE r.vehicle_id = car.id AND r.meter = :meter AND r.status = 'ACCEPTED' AND r.read_on <= coalesce((
            SELECT after.read_on FROM odometer_reading after
            WHERE after.vehicle_id = car.id AND after.meter = :meter AND after.status = 'ACCEPTED'
            AND after.read_on > :last
            ORDER BY after.read_on LIMIT 1
        ), :last)
        ORDER BY read_on DESC, metres DESC LIMIT 1
    ) AS last
    UNION ALL
    SELECT day.vehicle_id, before.*, day.floor, day.recent
    FROM day CROSS JOIN LATERAL (
        SELECT {_FOUND} FROM odometer_reading r
        WHERE r.vehicle_id = day.vehicle_id AND r.meter = :meter AND r.status = 'ACCEPTED'
        AND r.read_on < CASE WHEN day.read_on > day.recent THEN day.read_on ELSE day.read_on - 6 END
        ORDER BY read_on DESC, metres DESC LIMIT 1
    ) AS before
    WHERE day.read_on > day.floor
)
SELECT r.vehicle_id, {_TRAVELLED}
FROM day r
LEFT JOIN odometer_segment began
    ON began.vehicle_id = r.vehicle_id AND began.meter = :meter AND began.starts_on = r.read_on
LEFT JOIN LATERAL (
    SELECT {_FOUND} FROM odometer_reading new
    WHERE new.vehicle_id = r.vehicle_id AND new.meter = :meter AND new.status = 'ACCEPTED'
    AND new.read_on = r.read_on AND new.segment_id = began.id
    ORDER BY new.metres DESC LIMIT 1
) AS other ON true
LEFT JOIN odometer_segment shown_by ON shown_by.id = coalesce(other.segment_id, r.segment_id)
ORDER BY r.read_on
"""  # noqa: S608 - our own columns
    )
    .bindparams(
        bindparam("these", type_=ARRAY(Uuid)),
        bindparam("first", type_=Date),
        bindparam("last", type_=Date),
        bindparam("remembered", type_=Integer),
        bindparam("recent", type_=Integer),
    )
    .columns(column("vehicle_id", Uuid), *_TOLD)
)
"""A car that reports every minute has thousands of readings: it is asked for one day after the other, each found by the index. On
the day of a new cluster the last reading is the new one's, which shows less.
"""
_NEAR = """
    SELECT on_day.day, id, meter, read_on, read_time, metres, source, status, vouched, derived, segment_id
    FROM odometer_reading r WHERE r.vehicle_id = doubted.vehicle_id AND r.meter = doubted.meter
    AND r.status = 'ACCEPTED'
"""
NEAREST: Final = (
    text(
        f"""
SELECT doubted.id AS of, other.day, other.id, other.meter, other.read_on, other.read_time, other.metres, other.source,
    other.status, other.vouched, other.derived
FROM odometer_reading doubted
CROSS JOIN LATERAL (VALUES (0), (-1), (1)) AS year(shift)
CROSS JOIN LATERAL (SELECT CAST(doubted.read_on + make_interval(years => year.shift) AS date) AS day) AS on_day
CROSS JOIN LATERAL (
    ({_NEAR} AND r.read_on < on_day.day ORDER BY r.read_on DESC, r.metres DESC LIMIT 4)
    UNION ALL
    ({_NEAR} AND r.read_on = on_day.day LIMIT 50)
    UNION ALL
    ({_NEAR} AND r.read_on > on_day.day ORDER BY r.read_on, r.metres LIMIT 4)
) AS other
WHERE doubted.id = ANY(:these) AND other.segment_id IS NOT DISTINCT FROM doubted.segment_id
"""  # noqa: S608 - our own columns
    )
    .bindparams(bindparam("these", type_=ARRAY(Uuid)))
    .columns(
        column("of", Uuid),
        column("day", Date),
        column("id", Uuid),
        column("meter", Text),
        column("read_on", Date),
        column("read_time", Time),
        column("metres", BigInteger),
        column("source", Text),
        column("status", Text),
        column("vouched", Boolean),
        column("derived", Boolean),
    )
)
"""The believed readings nearest to doubted ones of the same cluster, on their day and on the same day of the years beside."""
