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
