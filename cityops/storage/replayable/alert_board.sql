-- Every alert with all that a person needs to read it: its rule, its sensor, the present value, its incident, and
-- whether anybody was told. Made anew each time, because its columns grow.
DROP VIEW IF EXISTS alert_board;
CREATE VIEW alert_board AS
SELECT alert.alert_id, alert.version, alert.closed_at, alert.rule_id,
       rule.definition -> 'title' ->> 'zh' AS title_zh, rule.definition -> 'title' ->> 'en' AS title_en,
       rule.definition -> 'guidance' ->> 'zh' AS guidance_zh, rule.definition -> 'guidance' ->> 'en' AS guidance_en,
       alert.severity, alert.active, alert.acknowledged, alert.latched, alert.suppression, alert.suppressed_by,
       alert.suppressed_reason, alert.suppressed_at, alert.shelved_until, alert.acknowledged_by,
       alert.acknowledged_at, alert.lease_until, alert.assigned_to, alert.department, alert.ack_due,
       alert.handle_due, alert.escalation_level, alert.opened_at, alert.detected_at, alert.cleared_at,
       alert.stale_since IS NOT NULL AS stale, alert.stale_since, alert.incident_id,
       coalesce(incident.headline_alert_id = alert.alert_id, true) AS headline, told.told_at, told.untold,
       sensor.sensor_id, sensor.name AS sensor_name, sensor.area_code, sensor.domain, sensor.kind,
       series.metric, metric.unit, alert.trigger_value, alert.limit_value, alert.quantity, alert.window_seconds,
       latest.value, latest.time AS value_time, sensor.lon, sensor.lat
FROM alert
JOIN rule USING (rule_id)
JOIN series USING (series_id)
JOIN sensor USING (sensor_id)
JOIN metric USING (metric)
LEFT JOIN latest USING (series_id)
LEFT JOIN incident ON incident.incident_id = alert.incident_id
CROSS JOIN LATERAL (
    SELECT min(delivered_at) AS told_at, count(*) FILTER (WHERE error IS NOT NULL AND delivered_at IS NULL) AS untold
    FROM notification WHERE notification.alert_id = coalesce(incident.headline_alert_id, alert.alert_id)
) AS told;
