-- name: lead_data_quality
-- One program at a time counts; until the end of the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('cityops data quality'))

-- name: quality_days
-- Which days are counted.
SELECT DISTINCT day FROM data_quality_day

-- name: forget_quality_days
-- Days that no figure tells of any more.
DELETE FROM data_quality_day WHERE day < %(before)s

-- name: count_quality_day
-- The quality of one day: what was due of each series and came, and what all stored readings were flagged.
INSERT INTO data_quality_day (kind, day, expected, received, readings, suspect, bad, delay_seconds, counted_at)
SELECT sensor_kind.kind, %(day)s, coalesce(due.expected, 0), coalesce(due.received, 0), coalesce(stored.readings, 0),
       coalesce(stored.suspect, 0), coalesce(stored.bad, 0), arrived.delay_seconds, %(now)s
FROM sensor_kind
LEFT JOIN (
    SELECT sensor.kind, sum(told.expected) AS expected, sum(told.received) AS received
    FROM unnest(%(series)s::integer[], %(expected)s::bigint[], %(received)s::bigint[])
         AS told (series_id, expected, received)
    JOIN series USING (series_id) JOIN sensor USING (sensor_id)
    GROUP BY sensor.kind
) AS due USING (kind)
LEFT JOIN (
    SELECT sensor.kind, count(*) AS readings, count(*) FILTER (WHERE quality = 3) AS suspect,
           count(*) FILTER (WHERE quality = 4) AS bad
    FROM reading JOIN series USING (series_id) JOIN sensor USING (sensor_id)
    WHERE reading.time >= %(start)s AND reading.time < %(end)s
    GROUP BY sensor.kind
) AS stored USING (kind)
LEFT JOIN (
    SELECT sensor.kind, percentile_cont(0.5) WITHIN GROUP (
               ORDER BY greatest(0, extract(epoch FROM latest.received_at - latest.time))) AS delay_seconds
    FROM latest JOIN series USING (series_id) JOIN sensor USING (sensor_id)
    WHERE latest.time >= %(start)s
    GROUP BY sensor.kind
) AS arrived USING (kind)
ON CONFLICT (day, kind) DO NOTHING

-- name: data_quality
-- The figures of the last 28 days that were counted.
SELECT kind, first_day, last_day, days, completeness, suspect, bad, delay_seconds FROM data_quality
