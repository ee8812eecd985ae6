-- name: raised_alerts
-- When each rule raised in each area, once an hour: what flutters is one alert in the hours of a forecast anyway.
SELECT alert.rule_id, sensor.area_code AS area, min(alert.opened_at) AS at
FROM alert JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE alert.opened_at >= %(since)s AND alert.opened_at < %(until)s AND alert.suppression = 'none'
GROUP BY alert.rule_id, sensor.area_code, date_trunc('hour', alert.opened_at)

-- name: forget_forecasts
-- Forget what was known of the future: it is computed anew.
DELETE FROM complaint_forecast

-- name: store_forecast
-- Note that alerts of a rule in a street are followed by complaints.
INSERT INTO complaint_forecast (rule_id, area_code, category, hours, alerts, hits, expected, chance, made_at)
VALUES (%(rule_id)s, %(street)s, %(category)s, %(hours)s, %(alerts)s, %(hits)s, %(expected)s, %(chance)s, %(now)s)

-- name: list_forecasts
-- What is expected in the streets that may be seen, the surest first.
SELECT forecast.rule_id, rule.definition -> 'title' AS title, forecast.area_code, forecast.category, forecast.hours,
       forecast.alerts, forecast.hits, forecast.expected, forecast.chance, forecast.made_at
FROM complaint_forecast AS forecast JOIN rule USING (rule_id)
ORDER BY forecast.chance, forecast.rule_id, forecast.area_code, forecast.category LIMIT %(most)s

-- name: alerts_to_mark
-- Alerts raised a moment ago that are expected to bring complaints and are not marked yet. A street of the forecast is
-- the one in which the sensor's area lies.
WITH RECURSIVE inside (code, street) AS (
    SELECT code, code FROM area WHERE code IN (SELECT area_code FROM complaint_forecast)
    UNION
    SELECT area.code, inside.street FROM area JOIN inside ON area.parent = inside.code
)
SELECT alert.alert_id, alert.rule_id, alert.severity, alert.opened_at, forecast.category, forecast.hours, forecast.alerts,
       forecast.hits, forecast.expected
FROM alert
JOIN series USING (series_id)
JOIN sensor USING (sensor_id)
JOIN inside ON inside.code = sensor.area_code
JOIN complaint_forecast AS forecast ON forecast.rule_id = alert.rule_id AND forecast.area_code = inside.street
WHERE alert.closed_at IS NULL AND alert.suppression = 'none' AND alert.opened_at > %(since)s
  AND NOT EXISTS (SELECT FROM expected_complaint AS known
                  WHERE known.alert_id = alert.alert_id AND known.category = forecast.category)
ORDER BY alert.alert_id, forecast.chance, forecast.category LIMIT %(most)s

-- name: mark_alert
-- Note what is expected of an alert.
INSERT INTO expected_complaint (alert_id, category, hours, alerts, hits, expected, noted_at, due_at, case_id_before)
VALUES (%(alert_id)s, %(category)s, %(hours)s, %(alerts)s, %(hits)s, %(expected)s, %(now)s, %(due_at)s, %(case)s)
ON CONFLICT (alert_id, category) DO NOTHING

-- name: waited_for
-- What is expected and has not come, with the area of the alert.
SELECT mark.alert_id, mark.category, alert.opened_at, mark.due_at, sensor.area_code AS area
FROM expected_complaint AS mark
JOIN alert USING (alert_id) JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE mark.came_at IS NULL AND mark.due_at > %(since)s

-- name: note_came
-- Note when the first complaint came.
UPDATE expected_complaint SET came_at = %(came_at)s
WHERE alert_id = %(alert_id)s AND category = %(category)s AND came_at IS NULL

-- name: complaints
-- What citizens reported in a span: a category, an area and a time each. With a case it is what the case is about.
SELECT coalesce(nullif(held.category, ''), report.category) AS category,
       coalesce(held.area_code, report.area_code, '') AS area, report.received_at AS at
FROM citizen_report AS report LEFT JOIN city_case AS held USING (case_id)
WHERE report.received_at >= %(since)s AND report.received_at < %(until)s
  AND report.kind NOT IN ('consult', 'praise', 'suggest') AND report.outcome <> 'refused'
  AND coalesce(held.state, '') NOT IN ('refused', 'cancelled')
UNION ALL
SELECT category, area_code, reported_at FROM city_case
WHERE reported_at >= %(since)s AND reported_at < %(until)s AND source IN ('hotline', 'web', 'app', 'open311', 'import')
  AND state NOT IN ('refused', 'cancelled') AND kind NOT IN ('consult', 'praise', 'suggest')
  AND NOT EXISTS (SELECT FROM citizen_report WHERE citizen_report.case_id = city_case.case_id)

-- name: expected_of_alerts
-- What is or was expected of some alerts, the surest of each first.
SELECT alert_id, category, hours, alerts, hits, expected, due_at, came_at, case_id_before FROM expected_complaint
WHERE alert_id = ANY (%(alerts)s) ORDER BY alert_id, hits::double precision / alerts DESC, category

-- name: forecasts_told
-- How the forecasts of a span went: how many came true, were false, and are still waited for; and how many cases were
-- filed before anybody complained.
SELECT count(*) FILTER (WHERE came_at IS NOT NULL) AS hits,
       count(*) FILTER (WHERE came_at IS NULL AND due_at <= %(now)s) AS false_ones,
       count(*) FILTER (WHERE came_at IS NULL AND due_at > %(now)s) AS waiting,
       count(case_id_before) AS filed
FROM expected_complaint WHERE noted_at >= %(since)s
