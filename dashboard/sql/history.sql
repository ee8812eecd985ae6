-- name: recorded_span
-- When a sensor's first and last readings were measured.
SELECT min(reading.time) AS first, max(reading.time) AS last
FROM reading JOIN series USING (series_id)
WHERE series.sensor_id = %(sensor_id)s

-- name: measured_metrics
-- What a sensor has ever measured, and when last: a kind may know more than a device sends.
SELECT series.metric, latest.time AS newest FROM series JOIN latest USING (series_id) WHERE series.sensor_id = %(sensor_id)s

-- name: series_interval
-- How often a series reports, in seconds: as its kind promises, or less often, as its device or its own readings of the
-- last month have taught us.
SELECT greatest(sensor_kind.interval_seconds, ledger.interval_seconds,
                usual_gap(series.series_id, %(until)s::timestamptz - interval '30 days', %(until)s)) AS seconds
FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
WHERE series.sensor_id = %(sensor_id)s AND series.metric = %(metric)s

-- name: area_intervals
-- The same of the sensor that reports most often, for each of some metrics in an area (or the beginning of a code).
SELECT series.metric, min(greatest(sensor_kind.interval_seconds, ledger.interval_seconds)) AS seconds
FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
WHERE series.metric = ANY (%(metrics)s) AND starts_with(sensor.area_code, %(area)s) AND sensor.retired_at IS NULL
GROUP BY series.metric
