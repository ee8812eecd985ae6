-- name: clock_skews
-- What is known of the clock of each sensor of a kind, or of all: arrival minus its own time, in seconds.
SELECT series.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, ledger.clock_skew_seconds AS skew
FROM ledger JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
JOIN series ON series.sensor_id = sensor.sensor_id AND series.metric = sensor_kind.metrics[1]
WHERE %(kind)s IN ('*', sensor.kind) AND ledger.clock_skew_seconds IS NOT NULL
