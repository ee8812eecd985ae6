-- name: store_user
-- A new account, or a new role and password for an old one.
INSERT INTO app_user (user_name, role, password_hash, created_at)
VALUES (%(user_name)s, %(role)s, %(password_hash)s, %(now)s)
ON CONFLICT (user_name) DO UPDATE
SET role = EXCLUDED.role, password_hash = EXCLUDED.password_hash, failures = 0, locked_until = NULL, disabled = false

-- name: find_user
-- The account that somebody claims to be; locked, so that parallel guesses are counted one by one.
SELECT user_name, role, password_hash, disabled, failures, locked_until
FROM app_user WHERE user_name = %(user_name)s FOR UPDATE

-- name: count_failure
-- One more wrong password; the last one allowed locks the account.
UPDATE app_user
SET failures = CASE WHEN %(locked_until)s::timestamptz IS NULL THEN failures + 1 ELSE 0 END,
    locked_until = %(locked_until)s
WHERE user_name = %(user_name)s

-- name: forget_failures
-- The password was right.
UPDATE app_user SET failures = 0, locked_until = NULL WHERE user_name = %(user_name)s

-- name: start_session
-- Somebody logged in.
INSERT INTO login_session (token_hash, user_name, created_at, expires_at)
VALUES (%(token_hash)s, %(user_name)s, %(now)s, %(expires_at)s)

-- name: session_user
-- Whose session this is.
SELECT user_name, role FROM login_session JOIN app_user USING (user_name)
WHERE token_hash = %(token_hash)s AND expires_at > %(now)s AND NOT disabled

-- name: end_session
-- Somebody logged out.
DELETE FROM login_session WHERE token_hash = %(token_hash)s RETURNING user_name

-- name: end_sessions_of
-- A new password ends the sessions that the old one opened.
DELETE FROM login_session WHERE user_name = %(user_name)s

-- name: store_wall_token
-- A token for one wall; the name is reused when a wall gets a new one.
INSERT INTO wall_token (token_hash, name, created_at) VALUES (%(token_hash)s, %(name)s, %(now)s)
ON CONFLICT (name) DO UPDATE
SET token_hash = EXCLUDED.token_hash, created_at = EXCLUDED.created_at, revoked_at = NULL

-- name: is_wall_token
-- Whether a wall's token is good.
SELECT EXISTS (SELECT 1 FROM wall_token WHERE token_hash = %(token_hash)s AND revoked_at IS NULL)
