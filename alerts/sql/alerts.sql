-- name: open_states
-- The open alerts of some series. Locked: an officer's click waits for the batch, and the other way round.
SELECT alert.* FROM alert WHERE closed_at IS NULL AND series_id = ANY (%(series)s)
ORDER BY alert_id FOR UPDATE

-- name: find_alert
-- One alert, open or closed, as an action sees it.
SELECT alert.* FROM alert WHERE alert_id = %(alert_id)s

-- name: lock_alert
-- One alert, open or closed, for an action that asks for no version. Locked, so that none comes in between.
SELECT alert.* FROM alert WHERE alert_id = %(alert_id)s FOR UPDATE

-- name: rule_guidance
-- What a rule tells people to do.
SELECT definition -> 'guidance' ->> 'zh' AS zh, definition -> 'guidance' ->> 'en' AS en
FROM rule WHERE rule_id = %(rule_id)s

-- name: rule_terms
-- What a rule asks of people. Times are seconds, or texts such as "PT5M" or "5 minutes".
SELECT definition ->> 'department' AS department,
       rule_span(definition #> '{deadlines,acknowledge}') AS acknowledge,
       rule_span(definition #> '{deadlines,handle}') AS handle,
       (definition ->> 'latching')::boolean AS latching
FROM rule WHERE rule_id = %(rule_id)s

-- name: raise_alert
-- A condition came true. Nothing when another worker opened the same alert first.
INSERT INTO alert (rule_id, series_id, severity, active, acknowledged, opened_at, detected_at, trigger_value,
                   limit_value, quantity, window_seconds, latched, department, ack_due, handle_due, escalate_at)
VALUES (%(rule_id)s, %(series_id)s, %(severity)s, true, false, %(time)s, %(now)s, %(trigger_value)s,
        %(limit_value)s, %(quantity)s, %(window_seconds)s, %(latched)s, %(department)s, %(ack_due)s, %(handle_due)s, %(ack_due)s)
ON CONFLICT (rule_id, series_id) WHERE closed_at IS NULL DO NOTHING
RETURNING alert.*

-- name: change_alert
-- The one statement by which an alert changes: only as it was seen, so that of two at once one wins.
UPDATE alert
SET version = version + 1, severity = %(severity)s, active = %(active)s, acknowledged = %(acknowledged)s,
    latched = %(latched)s, suppression = %(suppression)s, trigger_value = %(trigger_value)s,
    limit_value = %(limit_value)s, quantity = %(quantity)s, window_seconds = %(window_seconds)s,
    acknowledged_at = %(acknowledged_at)s, acknowledged_by = %(acknowledged_by)s, cleared_at = %(cleared_at)s,
    closed_at = %(closed_at)s, suppressed_at = %(suppressed_at)s, suppressed_by = %(suppressed_by)s,
    suppressed_reason = %(suppressed_reason)s, shelved_until = %(shelved_until)s, stale_since = %(stale_since)s,
    assigned_to = %(assigned_to)s, ack_due = %(ack_due)s, handle_due = %(handle_due)s,
    lease_until = %(lease_until)s, escalate_at = %(escalate_at)s, escalation_level = %(escalation_level)s
WHERE alert_id = %(alert_id)s AND version = %(version)s

-- name: last_event
-- Who acted last, for the one who came second.
SELECT actor, action FROM alert_event WHERE alert_id = %(alert_id)s ORDER BY alert_event_id DESC LIMIT 1

-- name: record_alert_event
-- One row for every change of an alert.
INSERT INTO alert_event (alert_id, at, action, from_state, to_state, actor, reason)
VALUES (%(alert_id)s, %(at)s, %(action)s, %(from_state)s, %(to_state)s, %(actor)s, %(reason)s)

-- name: open_alerts
-- What the wall and the desk show. Their order is decided in one place, OpenAlert.rank, and not here.
SELECT * FROM alert_board WHERE closed_at IS NULL

-- name: open_alerts_on_stage
-- The open alerts of simulated sensors; those that somebody else works on are left out.
SELECT alert.* FROM alert JOIN series USING (series_id) JOIN scenario_sensor USING (sensor_id)
WHERE closed_at IS NULL
ORDER BY alert_id FOR UPDATE OF alert SKIP LOCKED

-- name: one_alert
-- One alert, open or closed.
SELECT * FROM alert_board WHERE alert_id = %(alert_id)s

-- name: shown_alerts
-- Some alerts, open or closed, and the open ones of their incidents: one alert speaks for all of these.
SELECT * FROM alert_board
WHERE alert_id IN (
    SELECT alert_id FROM alert WHERE alert_id = ANY (%(alerts)s)
    UNION
    SELECT other.alert_id FROM alert JOIN alert AS other USING (incident_id)
    WHERE alert.alert_id = ANY (%(alerts)s) AND other.closed_at IS NULL)

-- name: alert_page
-- Alerts of any time, the newest first, from below a number on.
SELECT * FROM alert_board
WHERE (%(before)s::bigint IS NULL OR alert_id < %(before)s)
  AND (NOT %(closed_only)s OR closed_at IS NOT NULL)
  AND (%(severity)s::integer IS NULL OR severity = %(severity)s)
  AND (%(domain)s::text IS NULL OR domain = %(domain)s)
  AND starts_with(area_code, %(area)s)
ORDER BY alert_id DESC LIMIT %(most)s

-- name: alert_events
-- What happened to one alert.
SELECT at, action, from_state, to_state, actor, reason
FROM alert_event WHERE alert_id = %(alert_id)s ORDER BY alert_event_id

-- name: past_alerts
-- What the same sensor said before, and how that ended.
SELECT alert.alert_id, rule.definition -> 'title' ->> 'zh' AS title_zh, rule.definition -> 'title' ->> 'en' AS title_en,
       alert.severity, alert.opened_at, alert.closed_at, alert.acknowledged_by, last.action, last.actor, last.reason
FROM series JOIN alert USING (series_id) JOIN rule USING (rule_id)
CROSS JOIN LATERAL (
    SELECT action, actor, reason FROM alert_event AS event
    WHERE event.alert_id = alert.alert_id ORDER BY alert_event_id DESC LIMIT 1
) AS last
WHERE series.sensor_id = %(sensor_id)s AND alert.alert_id < %(before)s
ORDER BY alert.alert_id DESC LIMIT %(most)s

-- name: forget_course
-- A person ended an alert whose condition nobody could see any more: what comes next is judged from the start.
DELETE FROM rule_state WHERE rule_id = %(rule_id)s AND series_id = %(series_id)s

-- name: alert_changes
-- What happened to any alert after a place in the audit chain. Its numbers follow the commits, so none is missed.
SELECT link.seq, event.alert_id, event.at, event.action, event.from_state, event.to_state, event.actor, event.reason
FROM audit_link AS link JOIN alert_event AS event ON event.alert_event_id = link.row_id
WHERE link.source = 'alert_event' AND link.seq > %(after)s
ORDER BY link.seq LIMIT %(most)s
