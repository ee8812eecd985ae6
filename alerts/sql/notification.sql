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

-- name: channels_due
-- The channels for which a message is due, the most urgent first: those that are not sending as many as they may, and
-- whose breaker does not forbid it. A claim whose holder died is over after a while.
SELECT channel FROM notification LEFT JOIN channel_breaker AS breaker USING (channel)
WHERE delivered_at IS NULL AND failed_at IS NULL AND withdrawn_at IS NULL
  AND (breaker.retry_at IS NULL OR breaker.retry_at <= %(now)s)
GROUP BY channel
HAVING count(*) FILTER (WHERE claimed_at > %(claim_over)s) < %(slots)s
   AND bool_or(due_at <= %(now)s AND (claimed_at IS NULL OR claimed_at <= %(claim_over)s))
ORDER BY min(severity) FILTER (WHERE due_at <= %(now)s AND (claimed_at IS NULL OR claimed_at <= %(claim_over)s)),
         min(due_at) FILTER (WHERE due_at <= %(now)s AND (claimed_at IS NULL OR claimed_at <= %(claim_over)s))

-- name: lock_channel
-- Claims of one channel are made one after another, so that each sees the others. Nobody waits for them.
SELECT pg_try_advisory_xact_lock(hashtext('cityops channel'), hashtext(%(channel)s))

-- name: claim_message
-- One sender takes the most urgent message of a channel, if that has a slot for it.
UPDATE notification SET claimed_at = %(now)s, attempts = attempts + 1
WHERE notification_id = (
    SELECT notification_id FROM notification
    WHERE delivered_at IS NULL AND failed_at IS NULL AND withdrawn_at IS NULL AND due_at <= %(now)s
      AND channel = %(channel)s AND (claimed_at IS NULL OR claimed_at <= %(claim_over)s)
      AND (SELECT count(*) FROM notification AS other
           WHERE other.channel = %(channel)s AND other.claimed_at > %(claim_over)s AND other.delivered_at IS NULL
             AND other.failed_at IS NULL AND other.withdrawn_at IS NULL) < %(slots)s
    ORDER BY severity, due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING notification_id, channel, title, body, attempts, unanswered, created_at, message_id::text AS message_id

-- name: store_receipt
-- Somebody was told.
UPDATE notification SET delivered_at = %(now)s, receipt = %(words)s, error = NULL
WHERE notification_id = %(notification_id)s AND claimed_at = %(claimed_at)s

-- name: store_failure
-- Nobody was told; it is tried again later, or given up.
UPDATE notification SET claimed_at = NULL, error = %(words)s, due_at = %(due_at)s, failed_at = %(failed_at)s,
    unanswered = %(unanswered)s
WHERE notification_id = %(notification_id)s AND claimed_at = %(claimed_at)s

-- name: notifications_of
-- Who was told about an alert, and what became of it.
SELECT channel, kind, level, title, created_at, due_at, attempts, delivered_at, receipt, error, failed_at, withdrawn_at
FROM notification WHERE alert_id = %(alert_id)s ORDER BY notification_id

-- name: channel_breakers
-- The channels whose last message was not delivered.
SELECT channel, failures, failing_since, retry_at, reason FROM channel_breaker ORDER BY channel

-- name: lock_breaker
-- One of them, for the next failure.
SELECT channel, failures, failing_since, retry_at, reason FROM channel_breaker WHERE channel = %(channel)s FOR UPDATE

-- name: put_breaker
-- One failure more. Of two senders that are the first at once, either is right.
INSERT INTO channel_breaker (channel, failures, failing_since, retry_at, reason)
VALUES (%(channel)s, %(failures)s, %(failing_since)s, %(retry_at)s, %(reason)s)
ON CONFLICT (channel) DO UPDATE
SET failures = EXCLUDED.failures, failing_since = EXCLUDED.failing_since, retry_at = EXCLUDED.retry_at,
    reason = EXCLUDED.reason

-- name: remove_breaker
-- The channel delivers again.
DELETE FROM channel_breaker WHERE channel = %(channel)s
RETURNING channel, failures, failing_since, retry_at, reason

-- name: hasten_messages
-- A channel is mended: what was tried before needs not wait out its pause. What waits for the morning goes on waiting.
UPDATE notification SET due_at = %(now)s
WHERE channel = %(channel)s AND delivered_at IS NULL AND failed_at IS NULL AND withdrawn_at IS NULL
  AND claimed_at IS NULL AND attempts > 0 AND due_at > %(now)s

-- name: forget_breakers
-- Channels that are not in the file any more.
DELETE FROM channel_breaker WHERE channel <> ALL (%(known)s::text[])
