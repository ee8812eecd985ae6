-- name: incidents_to_tell
-- Each open incident with the alert that stands for it.
SELECT incident.incident_id, incident.alerts, alert.alert_id, alert.rule_id, alert.severity,
       (SELECT max(member.escalation_level) FROM alert AS member
        WHERE member.incident_id = incident.incident_id AND member.closed_at IS NULL
          AND member.suppression = 'none') AS escalation_level,
       alert.acknowledged, alert.acknowledged_by, alert.opened_at, alert.detected_at, alert.department,
       alert.trigger_value, alert.limit_value, alert.quantity, alert.window_seconds, alert.stale_since IS NOT NULL AS stale,
       rule.definition -> 'title' ->> 'zh' AS title_zh, rule.definition -> 'title' ->> 'en' AS title_en,
       rule.definition -> 'guidance' ->> 'zh' AS guidance_zh, rule.definition -> 'guidance' ->> 'en' AS guidance_en,
       sensor.name AS sensor_name, sensor.area_code, area.name AS place, metric.unit, metric.precision
FROM incident
JOIN alert ON alert.alert_id = incident.headline_alert_id
JOIN rule USING (rule_id) JOIN series USING (series_id) JOIN sensor USING (sensor_id) JOIN metric USING (metric)
LEFT JOIN area ON area.code = sensor.area_code
WHERE incident.closed_at IS NULL AND alert.closed_at IS NULL AND alert.suppression = 'none'

-- name: known_messages
-- Which of these were thought of before.
SELECT key FROM notification WHERE key = ANY (%(keys)s)

-- name: write_message
-- One message to one channel.
INSERT INTO notification (key, alert_id, channel, kind, level, severity, title, body, created_at, due_at)
VALUES (%(key)s, %(alert_id)s, %(channel)s, %(kind)s, %(level)s, %(severity)s, %(title)s, %(body)s, %(now)s,
        %(due_at)s)
ON CONFLICT (key) DO NOTHING

-- name: withdraw_messages
-- Not sent yet, and no longer news: somebody has the alert, it is over, or it is suppressed.
UPDATE notification SET withdrawn_at = %(now)s
FROM alert
WHERE alert.alert_id = notification.alert_id
  AND delivered_at IS NULL AND failed_at IS NULL AND withdrawn_at IS NULL AND claimed_at IS NULL
  AND (alert.closed_at IS NOT NULL OR alert.suppression <> 'none' OR (alert.acknowledged AND kind <> 'escalated'))

-- name: claim_message
-- One sender takes one message; a claim whose holder died is over after a while.
UPDATE notification SET claimed_at = %(now)s, attempts = attempts + 1
WHERE notification_id = (
    SELECT notification_id FROM notification
    WHERE delivered_at IS NULL AND failed_at IS NULL AND withdrawn_at IS NULL AND due_at <= %(now)s
      AND (claimed_at IS NULL OR claimed_at <= %(claim_over)s)
    ORDER BY severity, due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING notification_id, channel, title, body, attempts, created_at

-- name: store_receipt
-- Somebody was told.
UPDATE notification SET delivered_at = %(now)s, receipt = %(words)s, error = NULL
WHERE notification_id = %(notification_id)s AND claimed_at = %(claimed_at)s

-- name: store_failure
-- Nobody was told; it is tried again later, or given up.
UPDATE notification SET claimed_at = NULL, error = %(words)s, due_at = %(due_at)s, failed_at = %(failed_at)s
WHERE notification_id = %(notification_id)s AND claimed_at = %(claimed_at)s

-- name: notifications_of
-- Who was told about an alert, and what became of it.
SELECT channel, kind, level, title, created_at, due_at, attempts, delivered_at, receipt, error, failed_at, withdrawn_at
FROM notification WHERE alert_id = %(alert_id)s ORDER BY notification_id
