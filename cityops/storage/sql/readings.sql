-- name: ensure_reading_days
-- Make room for readings of these days.
SELECT ensure_reading_days(%(days)s::date[])

-- name: make_incoming
-- A batch lands here first: COPY is the fastest way in, and it cannot skip rows that exist. Made once a connection;
-- IF NOT EXISTS would have the server write a notice for every batch.
DO $$
BEGIN
    IF to_regclass('pg_temp.incoming') IS NULL THEN
        CREATE TEMPORARY TABLE incoming
            (time timestamptz, series_id integer, value double precision, quality smallint) ON COMMIT DELETE ROWS;
    END IF;
END $$

-- name: copy_incoming
-- The batch itself.
COPY incoming (time, series_id, value, quality) FROM STDIN (FORMAT binary)

-- name: store_incoming
-- Into the readings; a reading that is there already stays as it is, and is returned.
WITH added AS (
    INSERT INTO reading (time, series_id, value, quality)
    SELECT time, series_id, value, quality FROM incoming
    ON CONFLICT DO NOTHING
    RETURNING series_id, time
)
SELECT DISTINCT incoming.series_id, (extract(epoch FROM incoming.time) * 1000000)::bigint AS time
FROM incoming LEFT JOIN added USING (series_id, time) WHERE added.series_id IS NULL

-- name: copy_readings
-- The batch straight into the readings; it fails when one of them is there already.
COPY reading (time, series_id, value, quality) FROM STDIN (FORMAT binary)

-- name: stored_near
-- What is there already at the times of a batch and shortly after; the bounds let the planner leave out partitions.
SELECT DISTINCT near.series_id, (extract(epoch FROM near.time) * 1000000)::bigint AS time, near.value
FROM (SELECT DISTINCT series_id, timestamptz 'epoch' + time * interval '1 microsecond' AS time
      FROM unnest(%(series)s::integer[], %(time)s::bigint[]) AS wanted (series_id, time)) AS wanted
CROSS JOIN LATERAL (
    SELECT reading.series_id, reading.time, reading.value FROM reading
    WHERE reading.series_id = wanted.series_id
      AND reading.time BETWEEN wanted.time AND wanted.time + %(farthest)s * interval '1 microsecond'
      AND reading.time BETWEEN %(first)s AND %(last)s
    OFFSET 0) AS near -- so that each is looked up by the key, and no day is read whole

-- name: refresh_latest
-- The newest reading of some series by event time, unless a newer one is known. In order of the series, so that two workers
-- cannot wait for each other.
INSERT INTO latest (series_id, time, value, quality, received_at)
SELECT series_id, timestamptz 'epoch' + time * interval '1 microsecond', value, quality, %(received_at)s
FROM unnest(%(series)s::integer[], %(time)s::bigint[], %(value)s::double precision[], %(quality)s::smallint[])
     AS newest (series_id, time, value, quality)
ORDER BY series_id
ON CONFLICT (series_id) DO UPDATE
SET time = EXCLUDED.time, value = EXCLUDED.value, quality = EXCLUDED.quality, received_at = EXCLUDED.received_at
WHERE latest.time < EXCLUDED.time

-- name: repair_latest
-- Series whose newest reading is newer than `latest` knows. Nobody wrote down when it arrived: not before it was
-- measured. Where a clock was ever wrong, old times may lie after new ones, and `latest` is never behind.
INSERT INTO latest (series_id, time, value, quality, received_at)
SELECT latest.series_id, newest.time, newest.value, newest.quality, least(newest.time, %(now)s)
FROM latest CROSS JOIN LATERAL (
    SELECT time, value, quality FROM reading
    WHERE reading.series_id = latest.series_id AND reading.time > latest.time AND reading.time <= %(until)s
    ORDER BY reading.time DESC LIMIT 1) AS newest
WHERE NOT EXISTS (SELECT FROM series JOIN ledger USING (sensor_id)
                  WHERE series.series_id = latest.series_id AND ledger.clock_set_at IS NOT NULL)
ORDER BY latest.series_id
ON CONFLICT (series_id) DO UPDATE
SET time = EXCLUDED.time, value = EXCLUDED.value, quality = EXCLUDED.quality, received_at = EXCLUDED.received_at
WHERE latest.time < EXCLUDED.time

-- name: copy_latest
-- The present of the whole city, without names.
COPY (SELECT series_id, time, value, quality, received_at FROM latest) TO STDOUT (FORMAT binary)

-- name: copy_latest_of
-- The same of some series.
COPY (SELECT series_id, time, value, quality, received_at FROM latest WHERE series_id = ANY (%(series)s))
TO STDOUT (FORMAT binary)

-- name: newest_arrival
-- When the newest reading came, by our clock: a device whose clock is ahead makes nothing young.
SELECT max(received_at) FROM latest

-- name: all_series
-- What the numbers of the series mean, in their order.
SELECT series_id, sensor_id, metric FROM series ORDER BY series_id

-- name: series_named
-- The same of some of them.
SELECT series_id, sensor_id, metric FROM series WHERE series_id = ANY (%(series)s::integer[]) ORDER BY series_id

-- name: history_frame
-- One series over a span.
SELECT reading.time, reading.value, reading.quality
FROM reading JOIN series USING (series_id)
WHERE series.sensor_id = %(sensor_id)s AND series.metric = %(metric)s
  AND reading.time >= %(start)s AND reading.time < %(end)s
ORDER BY reading.time
