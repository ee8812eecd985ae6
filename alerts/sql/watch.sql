-- name: lead_job
-- One watch at a time does a job; the lock ends with the transaction, also when its holder dies.
SELECT pg_try_advisory_xact_lock(hashtext('cityops watch ' || %(job)s))

-- name: make_reading_days
-- Room for readings of the coming days, before midnight needs it.
SELECT ensure_reading_days(%(days)s::date[])

-- name: forget_expired_sessions
-- Sessions that are over.
DELETE FROM login_session WHERE expires_at <= %(now)s

-- name: forget_login_limits
-- Failed log-ins that count no longer.
DELETE FROM login_limit WHERE failed_at < %(before)s
