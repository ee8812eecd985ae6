-- name: store_rule
-- Copy a rule of the file; a changed definition is a new version, and switched on again.
INSERT INTO rule (rule_id, definition, updated_at) VALUES (%(rule_id)s, %(definition)s, %(now)s)
ON CONFLICT (rule_id) DO UPDATE
SET definition = EXCLUDED.definition, version = rule.version + 1, enabled = true, fault = NULL,
    updated_at = EXCLUDED.updated_at
WHERE rule.definition IS DISTINCT FROM EXCLUDED.definition

-- name: enabled_rules
-- The rules that detection uses.
SELECT rule_id FROM rule WHERE enabled

-- name: switch_off_rule
-- A rule failed; it stays off until its definition changes.
UPDATE rule SET enabled = false, fault = %(fault)s, updated_at = %(now)s WHERE rule_id = %(rule_id)s

-- name: open_series
-- Where any reading may clear an alert. There are few, and the partial index holds just these.
SELECT DISTINCT series_id FROM alert WHERE closed_at IS NULL

-- name: open_states
-- The open alerts of some series. Locked: an officer's click waits for the batch, and the other way round.
SELECT rule_id, series_id, active, acknowledged FROM alert
WHERE closed_at IS NULL AND series_id = ANY (%(series)s)
ORDER BY alert_id FOR UPDATE

-- name: raise_alert
-- A condition came true: a new alert, or an open one that nobody has taken yet comes back.
INSERT INTO alert (rule_id, series_id, severity, active, acknowledged, opened_at, detected_at, trigger_value, limit_value)
VALUES (%(rule_id)s, %(series_id)s, %(severity)s, true, false, %(time)s, %(now)s, %(value)s, %(limit)s)
ON CONFLICT (rule_id, series_id) WHERE closed_at IS NULL DO UPDATE
SET active = true, cleared_at = NULL, trigger_value = EXCLUDED.trigger_value, severity = EXCLUDED.severity,
    version = alert.version + 1
RETURNING alert_id

-- name: clear_alert
-- A condition ended. An acknowledged alert is closed with it.
UPDATE alert
SET active = false, cleared_at = %(time)s, version = version + 1,
    closed_at = CASE WHEN acknowledged THEN %(now)s END
WHERE rule_id = %(rule_id)s AND series_id = %(series_id)s AND closed_at IS NULL
RETURNING alert_id

-- name: acknowledge_alert
-- A person takes an alert: only as it was seen, and only the first one. Ended conditions are closed with it.
UPDATE alert
SET acknowledged = true, acknowledged_at = %(now)s, acknowledged_by = %(actor)s, version = version + 1,
    closed_at = CASE WHEN active THEN NULL ELSE %(now)s::timestamptz END
WHERE alert_id = %(alert_id)s AND version = %(version)s AND NOT acknowledged
RETURNING active

-- name: alert_holder
-- Who has it, for the one who came second.
SELECT acknowledged, acknowledged_by FROM alert WHERE alert_id = %(alert_id)s

-- name: record_alert_event
-- One row for every change of an alert.
INSERT INTO alert_event (alert_id, at, action, from_state, to_state, actor, reason)
VALUES (%(alert_id)s, %(at)s, %(action)s, %(from_state)s, %(to_state)s, %(actor)s, %(reason)s)

-- name: open_alerts
-- The list that the wall and the desk show: what nobody has first, then by severity, then the newest.
SELECT alert.alert_id, alert.version, alert.rule_id,
       rule.definition -> 'title' ->> 'zh' AS title_zh, rule.definition -> 'title' ->> 'en' AS title_en,
       rule.definition -> 'guidance' ->> 'zh' AS guidance_zh, rule.definition -> 'guidance' ->> 'en' AS guidance_en,
       alert.severity, alert.active, alert.acknowledged, alert.acknowledged_by, alert.acknowledged_at,
       alert.opened_at, alert.detected_at, alert.cleared_at,
       sensor.sensor_id, sensor.name AS sensor_name, sensor.area_code, sensor.domain, sensor.kind,
       series.metric, metric.unit, alert.trigger_value, alert.limit_value,
       latest.value, latest.time AS value_time, sensor.lon, sensor.lat
FROM alert
JOIN rule USING (rule_id)
JOIN series USING (series_id)
JOIN sensor USING (sensor_id)
JOIN metric USING (metric)
LEFT JOIN latest USING (series_id)
WHERE alert.closed_at IS NULL
ORDER BY alert.acknowledged, alert.severity, alert.detected_at DESC, alert.alert_id DESC

-- name: alert_events
-- What happened to one alert.
SELECT at, action, from_state, to_state, actor, reason
FROM alert_event WHERE alert_id = %(alert_id)s ORDER BY alert_event_id
