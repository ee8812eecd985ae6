-- name: air_hours
-- The hours of each series of some metrics in an area (NULL: the city): mean and count, and how often the series
-- reports, by its kind, by what its device has taught us, and by its own newest readings of that time.
WITH wanted AS MATERIALIZED (
    SELECT series.series_id, series.metric, sensor.sensor_id,
           sensor_kind.interval_seconds AS nominal, ledger.interval_seconds AS learned
    FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
    WHERE series.series_id = ANY (ARRAY(SELECT series_of(%(metrics)s, %(area)s)))
), hourly AS MATERIALIZED (
    SELECT series_id, bucket, mean, count FROM reading_1h
    WHERE series_id = ANY (ARRAY(SELECT series_id FROM wanted)) AND bucket >= %(start)s AND bucket < %(end)s
), spaced AS MATERIALIZED (
    SELECT series_id, usual_gap(series_id, %(start)s::timestamptz - interval '1 day', %(end)s) AS usual
    FROM (SELECT DISTINCT series_id FROM hourly) AS measured
)
SELECT wanted.sensor_id, wanted.metric, hourly.bucket AS time, hourly.mean AS value, hourly.count,
       wanted.nominal, wanted.learned, spaced.usual
FROM hourly JOIN wanted USING (series_id) JOIN spaced USING (series_id)
ORDER BY wanted.sensor_id, wanted.metric, hourly.bucket

-- name: count_pollutants
-- How many series of some metrics an area has.
SELECT count(*)::integer FROM series_of(%(metrics)s, %(area)s)
