-- name: factors_of
-- What an account has beside its password; locked, so that a code counts once.
SELECT totp_secret, totp_step,
       (SELECT count(*) FROM passkey WHERE passkey.user_name = app_user.user_name) AS passkeys,
       (SELECT count(*) FROM recovery_code WHERE recovery_code.user_name = app_user.user_name
                                             AND used_at IS NULL) AS recovery_codes
FROM app_user WHERE user_name = %(user_name)s FOR UPDATE

-- name: use_code
-- A code of the authenticator counts once.
UPDATE app_user SET totp_step = %(step)s WHERE user_name = %(user_name)s

-- name: set_totp
-- From now on the login asks for codes of this secret; NULL: no more.
UPDATE app_user SET totp_secret = %(secret)s, totp_step = %(step)s WHERE user_name = %(user_name)s

-- name: totp_secrets
-- All that are kept; locked, so that two dashboards that start at once encrypt each once.
SELECT user_name, totp_secret FROM app_user WHERE totp_secret IS NOT NULL ORDER BY user_name FOR UPDATE

-- name: keep_totp
-- The same secret, encrypted under the present key; which codes count stays as it is.
UPDATE app_user SET totp_secret = %(secret)s WHERE user_name = %(user_name)s

-- name: use_recovery_code
-- A recovery code counts once.
UPDATE recovery_code SET used_at = %(now)s
WHERE user_name = %(user_name)s AND code_hash = %(code_hash)s AND used_at IS NULL

-- name: forget_recovery_codes
-- New ones are made, or there is no second factor any more.
DELETE FROM recovery_code WHERE user_name = %(user_name)s

-- name: store_recovery_codes
-- The codes that a person has just been shown.
INSERT INTO recovery_code (user_name, code_hash) SELECT %(user_name)s, unnest(%(hashes)s::bytea[])

-- name: passkeys_of
-- The passkeys of a person, the oldest first.
SELECT credential_id, name, created_at, used_at FROM passkey WHERE user_name = %(user_name)s ORDER BY created_at

-- name: find_passkey
-- The passkey that somebody answers with; locked, so that its count goes up one by one.
SELECT credential_id, user_name, public_key, sign_count FROM passkey WHERE credential_id = %(credential_id)s FOR UPDATE

-- name: add_passkey
-- A new one. Nothing where another account has it.
INSERT INTO passkey (credential_id, user_name, public_key, sign_count, name, created_at)
VALUES (%(credential_id)s, %(user_name)s, %(public_key)s, %(sign_count)s, %(name)s, %(now)s)
ON CONFLICT (credential_id) DO NOTHING

-- name: note_passkey
-- It was used just now.
UPDATE passkey SET sign_count = %(sign_count)s, used_at = %(now)s WHERE credential_id = %(credential_id)s

-- name: end_passkey
-- Its person takes it away.
DELETE FROM passkey WHERE user_name = %(user_name)s AND credential_id = %(credential_id)s

-- name: end_passkeys_of
-- All of a person.
DELETE FROM passkey WHERE user_name = %(user_name)s

-- name: use_challenge
-- A challenge is answered. Nothing where it was before.
INSERT INTO used_challenge (challenge, used_at) VALUES (%(challenge)s, %(now)s) ON CONFLICT DO NOTHING

-- name: forget_challenges
-- Those whose time is over: their signature refuses them now.
DELETE FROM used_challenge WHERE used_at < %(before)s
