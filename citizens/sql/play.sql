-- name: backdate_report
-- A report of a demo's history came when its story says; return its id.
UPDATE citizen_report SET received_at = %(at)s, day_code = %(day_code)s WHERE number = %(number)s RETURNING report_id

-- name: reports_taken_up
-- The cases of some reports, and how each of these stands now.
SELECT report.number, city_case.case_id, city_case.version, city_case.state
FROM citizen_report AS report JOIN city_case USING (case_id)
WHERE report.number = ANY (%(numbers)s)

-- name: alerts_people_notice
-- Alerts raised since a time by sensors of some kinds, with the place.
SELECT alert.alert_id, alert.opened_at, sensor.kind, sensor.area_code AS area, sensor.lon, sensor.lat, sensor.name
FROM alert JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE alert.opened_at > %(since)s AND alert.closed_at IS NULL AND alert.suppression = 'none'
  AND sensor.kind = ANY (%(kinds)s) AND sensor.lon <> 0
ORDER BY alert.alert_id

-- name: spots_of_calls
-- Places in the city: where its sensors stand.
SELECT area_code AS area, lon, lat, name FROM sensor WHERE lon <> 0 ORDER BY sensor_id
