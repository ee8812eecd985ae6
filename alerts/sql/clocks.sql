-- name: common_skew
-- What half of the clocks of a kind, or of all, are off by at least (s), and how many clocks are known.
SELECT count(*) AS clocks, percentile_cont(0.5) WITHIN GROUP (ORDER BY clock_skew_seconds) AS median
FROM ledger JOIN sensor USING (sensor_id)
WHERE %(kind)s IN ('*', sensor.kind) AND clock_skew_seconds IS NOT NULL

-- name: clock_skews
-- The clocks of a kind, or of all, that are off by so many seconds beyond what is common, and those on which conditions
-- stand: arrival minus the device's own time, in seconds. Of a large city nearly all are right.
SELECT series.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, ledger.clock_skew_seconds AS skew
FROM ledger JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
JOIN series ON series.sensor_id = sensor.sensor_id AND series.metric = sensor_kind.metrics[1]
WHERE %(kind)s IN ('*', sensor.kind) AND ledger.clock_skew_seconds IS NOT NULL
  AND (abs(ledger.clock_skew_seconds - %(common)s) >= %(seconds)s OR series.series_id = ANY (%(own)s))
