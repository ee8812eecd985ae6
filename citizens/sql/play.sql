-- name: backdate_report
-- A report of a demo's history came when its story says; return its id.
UPDATE citizen_report SET received_at = %(at)s, day_code = %(day_code)s WHERE number = %(number)s RETURNING report_id

-- name: next_to_call
-- Somebody of a case who was not reached in this round; the one who was tried least comes first.
SELECT report.report_id FROM city_case AS main
JOIN city_case AS own ON own.case_id = main.case_id OR own.master = main.case_id
JOIN citizen_report AS report ON report.case_id = own.case_id
CROSS JOIN LATERAL (
    SELECT count(*) AS attempts, coalesce(bool_or(reached), false) AS is_reached FROM report_call
    WHERE report_call.report_id = report.report_id AND report_call.round = main.round) AS tried
WHERE main.case_id = %(case_id)s AND report.wants_call AND NOT tried.is_reached
ORDER BY tried.attempts, report.report_id LIMIT 1

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
