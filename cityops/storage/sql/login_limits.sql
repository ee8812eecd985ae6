-- name: hold_login_limit
-- What is counted against a name from one source; held until the transaction ends, so that guesses that arrive
-- together are counted one by one. Old failures are forgotten.
INSERT INTO login_limit AS old (user_name, source, failed_at) VALUES (%(user_name)s, %(source)s, %(now)s)
ON CONFLICT (user_name, source) DO UPDATE
SET failures = CASE WHEN old.failed_at < %(forget)s THEN 0 ELSE old.failures END
RETURNING failures, wait_until

-- name: count_login
-- One more attempt, before it is known whether it is a right one.
UPDATE login_limit SET failures = %(failures)s, failed_at = %(now)s, wait_until = %(wait_until)s
WHERE user_name = %(user_name)s AND source = %(source)s

-- name: take_back_login
-- An attempt that was no failure.
UPDATE login_limit SET failures = greatest(failures - 1, 0), wait_until = NULL
WHERE user_name = %(user_name)s AND source = %(source)s

-- name: forget_login_limit
-- Name, password and code were right: from here nobody guesses.
DELETE FROM login_limit WHERE user_name = %(user_name)s AND source = %(source)s

-- name: forget_login_limits_of
-- A security administrator lets everybody try this name again.
DELETE FROM login_limit WHERE user_name = %(user_name)s

-- name: login_limits_in_force
-- Who has to wait now, the longest first.
SELECT user_name, source, failures, failed_at, wait_until FROM login_limit
WHERE wait_until > %(now)s ORDER BY wait_until DESC LIMIT %(most)s

-- name: login_attempts
-- Who tried to log in with a name, the newest first. A right password whose code is yet to come is no attempt.
SELECT at, success, origin FROM audit_log
WHERE action = 'login' AND object = %(user_name)s AND at >= %(since)s
  AND NOT detail @> '{"reason": "CodeNeeded", "code": false}'
ORDER BY at DESC, audit_id DESC LIMIT %(most)s

-- name: failed_logins
-- How many such attempts were wrong.
SELECT count(*) FROM audit_log
WHERE action = 'login' AND object = %(user_name)s AND at >= %(since)s AND NOT success
  AND NOT detail @> '{"reason": "CodeNeeded", "code": false}'
