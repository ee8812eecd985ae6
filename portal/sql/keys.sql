-- name: store_key
-- A key of a program, in place of the one it had.
INSERT INTO portal_key (key_name, key_hash, created_at, created_by)
VALUES (%(name)s, %(key_hash)s, %(now)s, %(actor)s)
ON CONFLICT (key_name) DO UPDATE
SET key_hash = EXCLUDED.key_hash, created_at = EXCLUDED.created_at, created_by = EXCLUDED.created_by, revoked_at = NULL

-- name: revoke_key
-- A key ends; its name stays for the audit.
UPDATE portal_key SET revoked_at = %(now)s WHERE key_name = %(name)s AND revoked_at IS NULL

-- name: keys
-- All keys, without what would open a door.
SELECT key_name, created_at, created_by, revoked_at FROM portal_key ORDER BY key_name
