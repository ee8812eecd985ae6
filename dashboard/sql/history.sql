-- name: recorded_span
-- When a sensor's first and last readings were measured.
SELECT min(reading.time) AS first, max(reading.time) AS last
FROM reading JOIN series USING (series_id)
WHERE series.sensor_id = %(sensor_id)s

-- name: measured_metrics
-- What a sensor has ever measured: a kind may know more than a device sends.
SELECT series.metric FROM series JOIN latest USING (series_id) WHERE series.sensor_id = %(sensor_id)s
