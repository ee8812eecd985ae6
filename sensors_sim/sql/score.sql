-- name: raised_alerts
-- Every alert that was opened in a span, with its sensor. Times are UTC.
SELECT alert.rule_id, alert.severity, series.sensor_id, alert.opened_at, alert.detected_at
FROM alert JOIN series USING (series_id)
WHERE alert.opened_at >= %(start)s AND alert.opened_at <= %(end)s
ORDER BY alert.opened_at, alert.alert_id
