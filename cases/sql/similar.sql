-- name: open_cases_near
-- Open cases in a box and a span, with all that a merge is judged by.
SELECT case_id, number, version, state, category, severity, address, left(description, 120) AS summary, longitude,
       latitude, reported_at, snapshot
FROM city_case
WHERE ended_at IS NULL AND latitude BETWEEN %(south)s AND %(north)s AND longitude BETWEEN %(west)s AND %(east)s
  AND reported_at BETWEEN %(since)s AND %(until)s
ORDER BY case_id DESC LIMIT %(most)s

-- name: open_alerts_near
-- Open alerts in a box that no open case follows.
SELECT alert.alert_id, alert.severity, sensor.name AS sensor_name, sensor.lon, sensor.lat,
       rule.definition -> 'title' ->> 'zh' AS title_zh, rule.definition -> 'title' ->> 'en' AS title_en
FROM sensor
JOIN series USING (sensor_id)
JOIN alert USING (series_id)
JOIN rule USING (rule_id)
WHERE sensor.lat BETWEEN %(south)s AND %(north)s AND sensor.lon BETWEEN %(west)s AND %(east)s
  AND alert.closed_at IS NULL
  AND NOT EXISTS (SELECT FROM case_alert WHERE case_alert.alert_id = alert.alert_id AND case_alert.is_open)
ORDER BY alert.alert_id DESC LIMIT %(most)s
