-- name: ungrouped_alerts
-- Open alerts that are in no incident yet; one that is being worked on waits for the next round.
SELECT alert.alert_id, alert.opened_at, sensor.lon, sensor.lat
FROM alert JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE alert.incident_id IS NULL AND alert.closed_at IS NULL
ORDER BY alert.alert_id LIMIT %(most)s FOR UPDATE OF alert SKIP LOCKED

-- name: grouped_alerts
-- The alerts of incidents that a new one may be near to, closed ones too.
SELECT alert.alert_id, alert.opened_at, sensor.lon, sensor.lat, alert.incident_id AS incident
FROM alert JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE alert.incident_id IS NOT NULL AND alert.opened_at BETWEEN %(since)s AND %(until)s

-- name: open_incident
-- A new incident; `refresh_incidents` finds its headline and counts.
INSERT INTO incident (opened_at, severity, headline_alert_id, alerts, open_alerts)
SELECT opened_at, severity, alert_id, 1, 1 FROM alert WHERE alert_id = ANY (%(alerts)s)
ORDER BY severity, opened_at, alert_id LIMIT 1
RETURNING incident_id

-- name: reopen_incident
-- A new alert belongs to it.
UPDATE incident SET closed_at = NULL WHERE incident_id = %(incident_id)s

-- name: put_into_incident
-- No change of the alert itself: its version stays, so that nobody's click is refused for it.
UPDATE alert SET incident_id = %(incident_id)s WHERE alert_id = ANY (%(alerts)s)

-- name: merge_incidents
-- A new alert linked two incidents: they were one all along.
UPDATE alert SET incident_id = %(incident_id)s WHERE incident_id = ANY (%(others)s)

-- name: end_merged
-- What was merged keeps its number, and says where it went.
UPDATE incident SET merged_into = %(incident_id)s, closed_at = %(now)s, alerts = 0, open_alerts = 0
WHERE incident_id = ANY (%(others)s)

-- name: refresh_incidents
-- Headline, highest severity and counts of every open incident. Open alerts before closed ones, those that are
-- before the room before suppressed ones, then the most severe, then the first.
UPDATE incident
SET opened_at = found.opened_at, severity = found.severity, headline_alert_id = found.headline,
    alerts = found.alerts, open_alerts = found.open_alerts,
    closed_at = CASE WHEN found.open_alerts = 0 THEN %(now)s::timestamptz END
FROM (
    SELECT incident_id, min(opened_at) AS opened_at, min(severity) AS severity, count(*) AS alerts,
           count(*) FILTER (WHERE closed_at IS NULL) AS open_alerts,
           (array_agg(alert_id ORDER BY closed_at IS NOT NULL, suppression <> 'none', severity, opened_at, alert_id))[1]
               AS headline
    FROM alert WHERE incident_id IN (SELECT incident_id FROM incident WHERE closed_at IS NULL)
    GROUP BY incident_id
) AS found
WHERE incident.incident_id = found.incident_id
  AND (incident.opened_at, incident.severity, incident.headline_alert_id, incident.alerts, incident.open_alerts,
       found.open_alerts = 0)
      IS DISTINCT FROM (found.opened_at, found.severity, found.headline, found.alerts, found.open_alerts, false)

-- name: open_incidents
-- What the room has before it: one line for each incident, the most severe first.
SELECT incident.incident_id, incident.opened_at, incident.severity, incident.headline_alert_id, incident.alerts,
       incident.open_alerts, rule.definition -> 'title' ->> 'zh' AS title_zh,
       rule.definition -> 'title' ->> 'en' AS title_en, sensor.name AS sensor_name, sensor.area_code
FROM incident
JOIN alert ON alert.alert_id = incident.headline_alert_id
JOIN rule USING (rule_id) JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE incident.closed_at IS NULL
ORDER BY incident.severity, incident.opened_at, incident.incident_id
