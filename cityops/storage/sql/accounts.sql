-- name: add_user
-- A new account. Nothing where there is one of this name: an account is never overwritten.
INSERT INTO app_user (user_name, role, password_hash, must_change, domains, areas, created_at, password_at)
VALUES (%(user_name)s, %(role)s, %(password_hash)s, true, %(domains)s, %(areas)s, %(now)s, %(now)s)
ON CONFLICT (user_name) DO NOTHING

-- name: add_external
-- An account of whoever an identity provider vouches for. Nothing where somebody has the name.
INSERT INTO app_user (user_name, role, password_hash, domains, areas, created_at, password_at, issuer, subject)
VALUES (%(user_name)s, %(role)s, %(password_hash)s, %(domains)s, %(areas)s, %(now)s, %(now)s, %(issuer)s, %(subject)s)
ON CONFLICT (user_name) DO NOTHING

-- name: find_external
-- The account of a provider's person; locked, so that two logins at once change its rights one by one.
SELECT user_name, role, disabled, domains, areas FROM app_user
WHERE issuer = %(issuer)s AND subject = %(subject)s FOR UPDATE

-- name: is_external
-- Whether an identity provider vouches for an account's person.
SELECT issuer IS NOT NULL FROM app_user WHERE user_name = %(user_name)s

-- name: store_user
-- An account of the demo, as it is at each start.
INSERT INTO app_user (user_name, role, password_hash, must_change, domains, areas, created_at, password_at)
VALUES (%(user_name)s, %(role)s, %(password_hash)s, false, %(domains)s, %(areas)s, %(now)s, %(now)s)
ON CONFLICT (user_name) DO UPDATE
SET role = EXCLUDED.role, password_hash = EXCLUDED.password_hash, must_change = EXCLUDED.must_change,
    domains = EXCLUDED.domains, areas = EXCLUDED.areas, password_at = EXCLUDED.password_at,
    last_login_at = NULL, created_at = EXCLUDED.created_at, disabled = false

-- name: password_of
-- What a password is compared with, while nothing is held.
SELECT password_hash FROM app_user WHERE user_name = %(user_name)s

-- name: role_of
-- What somebody is who acts on an account. No lock: two who act on each other must not wait for one another.
SELECT role FROM app_user WHERE user_name = %(user_name)s

-- name: find_user
-- An account, held until the transaction ends: what is decided of it still fits when it is done.
SELECT user_name, role, password_hash, disabled, domains, areas, created_at, last_login_at, issuer
FROM app_user WHERE user_name = %(user_name)s FOR UPDATE

-- name: note_login
-- Name, password and code were right. The hash is the same, or one of the same password at the cost of today.
UPDATE app_user SET last_login_at = %(now)s, password_hash = %(password_hash)s WHERE user_name = %(user_name)s

-- name: note_entry
-- Somebody is in who showed no password.
UPDATE app_user SET last_login_at = %(now)s WHERE user_name = %(user_name)s

-- name: remember_password
-- The present password, which is about to be replaced.
INSERT INTO past_password (user_name, password_hash, replaced_at)
SELECT user_name, password_hash, %(now)s FROM app_user WHERE user_name = %(user_name)s
ON CONFLICT DO NOTHING

-- name: forget_passwords
-- All but the newest.
DELETE FROM past_password WHERE user_name = %(user_name)s AND replaced_at NOT IN (
    SELECT replaced_at FROM past_password WHERE user_name = %(user_name)s ORDER BY replaced_at DESC LIMIT %(keep)s)

-- name: past_passwords
-- What may not come back: the present password and those before it.
SELECT password_hash FROM app_user WHERE user_name = %(user_name)s
UNION ALL SELECT password_hash FROM past_password WHERE user_name = %(user_name)s

-- name: change_password
-- By its person.
UPDATE app_user SET password_hash = %(password_hash)s, password_at = %(now)s, must_change = false
WHERE user_name = %(user_name)s

-- name: reset_password
-- For a person who forgot theirs. A disabled account stays shut.
UPDATE app_user SET password_hash = %(password_hash)s, password_at = %(now)s, must_change = true
WHERE user_name = %(user_name)s

-- name: set_rights
-- Another role and scope.
UPDATE app_user SET role = %(role)s, domains = %(domains)s, areas = %(areas)s WHERE user_name = %(user_name)s

-- name: disable_user
-- Nobody gets in by this account.
UPDATE app_user SET disabled = true WHERE user_name = %(user_name)s

-- name: unlock_user
-- The account works again, and counts as used just now.
UPDATE app_user SET disabled = false, last_login_at = %(now)s WHERE user_name = %(user_name)s

-- name: accounts
-- All accounts, without what would open a door.
SELECT user_name, role, domains, areas, disabled, must_change, created_at, last_login_at, password_at, issuer,
       (SELECT max(wait_until) FROM login_limit
        WHERE login_limit.user_name = app_user.user_name AND wait_until > %(now)s) AS limited_until,
       totp_secret IS NOT NULL OR EXISTS (SELECT FROM passkey WHERE passkey.user_name = app_user.user_name)
           AS second_factor,
       (SELECT count(*) FROM login_session WHERE login_session.user_name = app_user.user_name
                                             AND expires_at > %(now)s) AS sessions
FROM app_user ORDER BY user_name

-- name: start_session
-- Somebody logged in.
INSERT INTO login_session (token_hash, user_name, created_at, seen_at, expires_at, origin, device)
VALUES (%(token_hash)s, %(user_name)s, %(now)s, %(now)s, %(expires_at)s, %(origin)s, %(device)s)

-- name: session_user
-- Whose session this is.
SELECT user_name, role, domains, areas, must_change, password_at, session_id, issuer
FROM login_session JOIN app_user USING (user_name)
WHERE token_hash = %(token_hash)s AND expires_at > %(now)s AND seen_at > %(idle_since)s AND NOT disabled

-- name: touch_session
-- Its person did something. One that was idle for too long does not come back.
UPDATE login_session SET seen_at = %(now)s WHERE token_hash = %(token_hash)s AND seen_at > %(idle_since)s

-- name: sessions_of
-- The open sessions of a person, the newest first.
SELECT session_id, created_at, seen_at, origin, device FROM login_session
WHERE user_name = %(user_name)s AND expires_at > %(now)s ORDER BY created_at DESC

-- name: end_session
-- Somebody logged out.
DELETE FROM login_session WHERE token_hash = %(token_hash)s RETURNING user_name

-- name: end_own_session
-- One of somebody's own, by the number that the page shows.
DELETE FROM login_session WHERE user_name = %(user_name)s AND session_id = %(session_id)s

-- name: end_sessions_of
-- A new password, other rights, or somebody's wish ends all sessions.
DELETE FROM login_session WHERE user_name = %(user_name)s

-- name: end_other_sessions
-- A new password ends the sessions that the old one opened, but for the one in which it was changed.
DELETE FROM login_session WHERE user_name = %(user_name)s AND session_id IS DISTINCT FROM %(keep)s
