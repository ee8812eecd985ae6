-- name: lead_data_files
-- One program at a time makes files; until the end of the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('cityops data files'))

-- name: data_files
-- The files that were made.
SELECT name, period, form, rows FROM data_file

-- name: kinds_with_sensors
-- The kinds of which the city has a sensor.
SELECT DISTINCT kind FROM sensor

-- name: file_of_readings
-- The readings of a kind in a span, by series and time.
SELECT reading.time, sensor.sensor_id, sensor.name, sensor.area_code, sensor.lon, sensor.lat, series.metric,
       reading.value, metric.unit, reading.quality
FROM sensor JOIN series USING (sensor_id) JOIN metric USING (metric) JOIN reading USING (series_id)
WHERE sensor.kind = %(kind)s AND reading.time >= %(start)s AND reading.time < %(end)s
ORDER BY series_id, reading.time

-- name: file_of_hours
-- The hourly means of a kind in a span, by series and time.
SELECT hour.bucket, sensor.sensor_id, sensor.name, sensor.area_code, sensor.lon, sensor.lat, series.metric,
       hour.mean, hour.min, hour.max, hour.count, metric.unit
FROM sensor JOIN series USING (sensor_id) JOIN metric USING (metric) JOIN reading_1h AS hour USING (series_id)
WHERE sensor.kind = %(kind)s AND hour.bucket >= %(start)s AND hour.bucket < %(end)s
ORDER BY series_id, hour.bucket

-- name: file_of_alerts
-- The alerts that were closed in a span, at sensors of kinds that are open themselves: of another kind everybody knows
-- no sensor. What was suppressed was never an alert to anybody.
SELECT alert.opened_at, alert.closed_at, alert.rule_id, alert.severity, sensor.sensor_id, sensor.name, sensor.area_code,
       sensor.lon, sensor.lat, series.metric, alert.trigger_value, alert.limit_value, metric.unit
FROM alert JOIN series USING (series_id) JOIN metric USING (metric) JOIN sensor USING (sensor_id)
WHERE alert.closed_at >= %(start)s AND alert.closed_at < %(end)s AND alert.suppression = 'none'
  AND sensor.kind IN (SELECT kind FROM portal.open_kind)
ORDER BY alert.closed_at, alert.alert_id

-- name: file_of_places
-- Where the sensors of a kind are.
SELECT sensor_id AS id, sensor_id, sensor.name, sensor.area_code,
       json_build_object('type', 'Point', 'coordinates', json_build_array(lon, lat)) AS geometry
FROM sensor WHERE kind = %(kind)s ORDER BY sensor_id

-- name: file_of_areas
-- The city and its districts with their outlines, as the portal's map has them.
SELECT code AS id, code, name, name_en, level, parent, geometry FROM area
WHERE level IN ('city', 'district') ORDER BY code

-- name: store_data_file
-- A file is whole; of a day or a month it was not there before.
INSERT INTO data_file (name, period, form, bytes, sha256, rows, made_at)
VALUES (%(name)s, %(period)s, %(form)s, %(bytes)s, %(sha256)s, %(rows)s, %(now)s)
ON CONFLICT (name, period, form) DO UPDATE
SET bytes = EXCLUDED.bytes, sha256 = EXCLUDED.sha256, rows = EXCLUDED.rows, made_at = EXCLUDED.made_at
WHERE data_file.period = 'current' AND data_file.sha256 <> EXCLUDED.sha256

-- name: data_file_digest
-- What an announced file is.
SELECT sha256 FROM data_file WHERE name = %(name)s AND period = %(period)s AND form = %(form)s

-- name: forget_data_files
-- What is not open any more, and what is too old.
DELETE FROM data_file
WHERE name NOT IN (SELECT name FROM portal.data_set) OR period <> 'current' AND period < %(oldest)s
RETURNING name, period, form

-- name: forget_lost_files
-- What is not on the disk.
DELETE FROM data_file WHERE rows > 0 AND format('%%s/%%s.%%s', name, period, form) = ANY (%(paths)s)
