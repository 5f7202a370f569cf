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
_TOLD: Final = (
    column("id", Uuid),
    column("read_on", Date),
    column("metres", BigInteger),
    column("source", Text),
    column("record_id", Uuid),
    column("travelled", BigInteger),
    column("is_lower_bound", Boolean),
)
_COLUMNS = """
    id, read_on, metres, source, record_id,
    metres + coalesce((SELECT offset_metres FROM odometer_segment s WHERE s.id = segment_id), 0) AS travelled,
    coalesce((SELECT is_lower_bound FROM odometer_segment s WHERE s.id = segment_id), false) AS is_lower_bound
"""
DAYS: Final = (
    text(
        f"""
WITH RECURSIVE day AS (
    SELECT car.id AS vehicle_id, last.*, coalesce(CAST(:first AS date) - 1, last.read_on - :remembered) AS floor
    FROM unnest(:these) AS car(id)
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM odometer_reading r
        WHERE r.vehicle_id = car.id AND r.meter = :meter AND r.status = 'ACCEPTED' AND r.read_on <= coalesce((
            SELECT after.read_on FROM odometer_reading after
            WHERE after.vehicle_id = car.id AND after.meter = :meter AND after.status = 'ACCEPTED'
            AND after.read_on > :last
            ORDER BY after.read_on LIMIT 1
        ), :last)
        ORDER BY read_on DESC, travelled DESC LIMIT 1
    ) AS last
    UNION ALL
    SELECT day.vehicle_id, before.*, day.floor
    FROM day CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM odometer_reading r
        WHERE r.vehicle_id = day.vehicle_id AND r.meter = :meter AND r.status = 'ACCEPTED' AND r.read_on < day.read_on
        ORDER BY read_on DESC, travelled DESC LIMIT 1
    ) AS before
    WHERE day.read_on > day.floor
)
SELECT vehicle_id, id, read_on, metres, source, record_id, travelled, is_lower_bound FROM day ORDER BY read_on
"""  # noqa: S608 - our own columns
    )
    .bindparams(
        bindparam("these", type_=ARRAY(Uuid)),
        bindparam("first", type_=Date),
        bindparam("last", type_=Date),
        bindparam("remembered", type_=Integer),
    )
    .columns(column("vehicle_id", Uuid), *_TOLD)
)
"""A car that reports every minute has thousands of readings: it is asked for one day after the other, each found by the index."""
TOLD_BY_RECORDS: Final = (
    text(
        f"""
SELECT {_COLUMNS} FROM odometer_reading r
WHERE r.vehicle_id = :vehicle_id AND r.meter = 'distance' AND r.status = 'ACCEPTED' AND r.record_id IS NOT NULL
ORDER BY read_on, travelled
"""  # noqa: S608 - our own columns
    )
    .bindparams(bindparam("vehicle_id", type_=Uuid))
    .columns(*_TOLD)
)

_OTHER = """
    id, meter, read_on, read_time, metres, source, status, vouched, derived
    FROM odometer_reading r WHERE r.vehicle_id = doubted.vehicle_id AND r.meter = doubted.meter
    AND r.status = 'ACCEPTED' AND r.segment_id IS NOT DISTINCT FROM doubted.segment_id
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
    (SELECT on_day.day, {_OTHER} AND r.read_on < on_day.day ORDER BY r.read_on DESC, r.metres DESC LIMIT 2)
    UNION ALL
    (SELECT on_day.day, {_OTHER} AND r.read_on = on_day.day LIMIT 50)
    UNION ALL
    (SELECT on_day.day, {_OTHER} AND r.read_on > on_day.day ORDER BY r.read_on, r.metres LIMIT 2)
) AS other
WHERE doubted.id = ANY(:these)
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
"""The believed readings nearest to doubted ones, on their day and on the same day of the years beside."""
