-- name: lead_alerts
-- One watch at a time tends the alerts; the lock ends with the transaction, also when its holder dies.
SELECT pg_try_advisory_xact_lock(hashtext('cityops watch alerts'))

-- name: alerts_gone_silent
-- Alerts whose condition held when their sensor was last heard, which is too long ago. An alert that says that
-- data is missing, or that a rule failed, is no question of evidence. A clock that runs late is forgiven.
SELECT alert.* FROM alert
WHERE closed_at IS NULL AND active AND stale_since IS NULL AND NOT
      has_evidence(alert, %(now)s, %(stale_after)s, %(grace)s)
ORDER BY alert_id FOR UPDATE SKIP LOCKED

-- name: alerts_heard_again
-- Stale alerts whose sensor sends good readings again.
SELECT alert.* FROM alert
WHERE closed_at IS NULL AND stale_since IS NOT NULL AND has_evidence(alert, %(now)s, %(stale_after)s, %(grace)s)
ORDER BY alert_id FOR UPDATE SKIP LOCKED

-- name: shelves_over
-- What was put aside until now.
SELECT alert.* FROM alert
WHERE closed_at IS NULL AND suppression = 'shelved' AND shelved_until <= %(now)s
ORDER BY alert_id FOR UPDATE SKIP LOCKED

-- name: leases_over
-- What was acknowledged, and then left alone for too long.
SELECT alert.* FROM alert
WHERE closed_at IS NULL AND acknowledged AND active AND suppression = 'none' AND lease_until <= %(now)s
ORDER BY alert_id FOR UPDATE SKIP LOCKED

-- name: escalations_due
-- Deadlines that were missed: nobody has it, or whoever has it is not done.
SELECT alert.* FROM alert
WHERE closed_at IS NULL AND suppression = 'none' AND escalate_at <= %(now)s
ORDER BY alert_id FOR UPDATE SKIP LOCKED

-- name: rest_escalation
-- The highest level was told already. No change of the alert.
UPDATE alert SET escalate_at = NULL WHERE alert_id = %(alert_id)s

-- name: alerts_without_sensor
-- Open alerts whose sensor is retired, or has become one that does not measure this. That a rule failed is no question
-- of a sensor.
SELECT alert.* FROM alert JOIN series USING (series_id) JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
JOIN rule USING (rule_id)
WHERE alert.closed_at IS NULL AND rule.definition #>> '{when,type}' <> 'fault'
  AND (sensor.retired_at IS NOT NULL OR series.metric <> ALL (sensor_kind.metrics))
ORDER BY alert_id FOR UPDATE OF alert SKIP LOCKED

-- name: sensor_of_series
-- What became of the sensor of a series.
SELECT sensor.kind, sensor.retired_at, sensor.retired_reason
FROM series JOIN sensor USING (sensor_id) WHERE series_id = %(series_id)s

-- name: retired_series
-- Of these nothing is raised any more.
SELECT series_id FROM series JOIN sensor USING (sensor_id) WHERE sensor.retired_at IS NOT NULL

-- name: forget_retired
-- Where conditions stood on retired sensors: what comes after they are back is judged from the start.
DELETE FROM rule_state USING series, sensor
WHERE series.series_id = rule_state.series_id AND sensor.sensor_id = series.sensor_id
  AND sensor.retired_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM alert WHERE alert.closed_at IS NULL AND alert.series_id = rule_state.series_id
                  AND alert.rule_id = rule_state.rule_id)
